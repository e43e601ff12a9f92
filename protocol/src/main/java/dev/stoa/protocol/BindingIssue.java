package dev.stoa.protocol;

import java.math.BigInteger;
import java.time.temporal.Temporal;
import java.time.temporal.TemporalAmount;
import java.util.Set;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.exc.InvalidNullException;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/// Turns a failure to bind JSON into words for the peer that sent it, without naming our classes.
final class BindingIssue {
    private static final Set<Class<?>> INTEGERS = Set.of(
            byte.class,
            Byte.class,
            short.class,
            Short.class,
            int.class,
            Integer.class,
            long.class,
            Long.class,
            BigInteger.class);

    private BindingIssue() {}

    static Issue of(String root, JacksonException error) {
        return new Issue(path(root, error), problem(error));
    }

    static Issue ofWriting(String root, JacksonException error) {
        return new Issue(path(root, error), "cannot be written as JSON");
    }

    private static String path(String root, JacksonException error) {
        StringBuilder path = new StringBuilder(root);
        for (var step : error.getPath()) {
            path.append('.').append(step.getPropertyName() != null ? step.getPropertyName() : step.getIndex());
        }
        return path.toString();
    }

    private static String problem(JacksonException error) {
        return switch (error) {
            case UnrecognizedPropertyException unknown -> "unknown key";
            case InvalidNullException missing -> "must not be null";
            case InvalidTypeIdException unknown -> "must name one of the declared kinds";
            case MismatchedInputException mismatch -> mismatch(mismatch);
            case StreamConstraintsException limit ->
                "is nested deeper than " + Json.MAX_DEPTH + ", or holds a number of over a thousand digits";
            case InputCoercionException overflow -> "must be " + describe(overflow.getTargetType());
            default -> "is not valid";
        };
    }

    private static String mismatch(MismatchedInputException error) {
        String original = error.getOriginalMessage();
        if (original != null && original.startsWith("Missing required creator property")) {
            return "is required";
        }
        Class<?> target = error.getTargetType();
        return target == null ? "has the wrong type" : "must be " + describe(target);
    }

    private static String describe(Class<?> target) {
        if (CharSequence.class.isAssignableFrom(target)) {
            return "a text";
        }
        if (target == char.class || target == Character.class) {
            return "a text of one character";
        }
        if (Temporal.class.isAssignableFrom(target) || TemporalAmount.class.isAssignableFrom(target)) {
            return "a time in ISO 8601 form";
        }
        if (target == UUID.class) {
            return "a UUID";
        }
        if (target == boolean.class || target == Boolean.class) {
            return "true or false";
        }
        if (INTEGERS.contains(target)) {
            return "an integer";
        }
        if (target.isPrimitive() || Number.class.isAssignableFrom(target)) {
            return "a number";
        }
        if (target.isEnum()) {
            return "one of the declared values";
        }
        return Iterable.class.isAssignableFrom(target) || target.isArray() ? "an array" : "an object";
    }
}
