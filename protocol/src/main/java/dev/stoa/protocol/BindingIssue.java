package dev.stoa.protocol;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.InvalidNullException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/// Turns a failure to bind JSON into words for the peer that sent it, without naming our classes.
final class BindingIssue {
    private BindingIssue() {}

    static Issue of(String root, JacksonException error) {
        StringBuilder path = new StringBuilder(root);
        if (error instanceof DatabindException bind) {
            for (var step : bind.getPath()) {
                path.append('.').append(step.getPropertyName() != null ? step.getPropertyName() : step.getIndex());
            }
        }
        return new Issue(path.toString(), problem(error));
    }

    private static String problem(JacksonException error) {
        return switch (error) {
            case UnrecognizedPropertyException unknown -> "unknown key";
            case InvalidNullException missing -> "must not be null";
            case MismatchedInputException mismatch -> mismatch(mismatch);
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
        if (target == boolean.class || target == Boolean.class) {
            return "true or false";
        }
        if (target == int.class || target == Integer.class || target == long.class || target == Long.class) {
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
