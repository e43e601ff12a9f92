package dev.stoa.protocol;

import jakarta.validation.Constraint;
import jakarta.validation.Valid;
import jakarta.validation.Validation;
import jakarta.validation.ValidationException;
import jakarta.validation.Validator;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Jakarta Validation constraints of a payload record: the default validator.
///
/// The provider is whatever the application has on its class path. Without one, payloads that declare no
/// constraint work, and a constrained one is refused when its contract is made. Thread-safe.
final class BeanValidation implements PayloadValidator {
    private final Validator validator;
    private final @Nullable QuickConstraints quick;

    private BeanValidation(Validator validator, @Nullable QuickConstraints quick) {
        this.validator = validator;
        this.quick = quick;
    }

    /// Returns the validator for `type`: one that does nothing if the type declares no constraints.
    static PayloadValidator of(Class<?> type) {
        Validator validator = Provider.VALIDATOR;
        if (validator == null) {
            if (looksConstrained(type)) {
                throw new IllegalStateException(type.getName()
                        + " declares constraints, but no Jakarta Validation provider is on the class path"
                        + " (add org.hibernate.validator:hibernate-validator and an EL implementation)");
            }
            return PayloadValidator.none();
        }
        return !isClosed(type) || validator.getConstraintsForClass(type).isBeanConstrained()
                ? new BeanValidation(validator, QuickConstraints.of(type, validator::getConstraintsForClass))
                : PayloadValidator.none();
    }

    @Override
    public List<Issue> validate(Object value) {
        if (quick != null && quick.hold(value)) {
            return List.of();
        }
        var violations = validator.validate(value);
        if (violations.isEmpty()) {
            return List.of();
        }
        return violations.stream()
                .map(violation -> new Issue(violation.getPropertyPath().toString(), violation.getMessage()))
                .sorted(java.util.Comparator.comparing(Issue::path).thenComparing(Issue::message))
                .toList();
    }

    static boolean looksConstrained(Class<?> type) {
        if (type.isSealed()) {
            return Arrays.stream(type.getPermittedSubclasses()).anyMatch(BeanValidation::looksConstrained);
        }
        return type.isRecord() && Arrays.stream(type.getRecordComponents()).anyMatch(BeanValidation::isConstrained);
    }

    private static boolean isConstrained(RecordComponent component) {
        return hasConstraint(component.getAccessor().getAnnotations()) || isConstrained(component.getAnnotatedType());
    }

    private static boolean isConstrained(AnnotatedType type) {
        return hasConstraint(type.getAnnotations())
                || type instanceof AnnotatedParameterizedType container
                        && Arrays.stream(container.getAnnotatedActualTypeArguments())
                                .anyMatch(BeanValidation::isConstrained);
    }

    private static boolean hasConstraint(Annotation[] annotations) {
        return Arrays.stream(annotations)
                .map(Annotation::annotationType)
                .anyMatch(type -> type.isAnnotationPresent(Constraint.class) || type == Valid.class);
    }

    /// Whether every value of `type` is of that very class, so that its own constraints are all there
    /// are.
    private static boolean isClosed(Class<?> type) {
        return type.isPrimitive() || Modifier.isFinal(type.getModifiers());
    }

    /// Loaded once, when the first contract needs it.
    private static final class Provider {
        private static final @Nullable Validator VALIDATOR = find();

        private static @Nullable Validator find() {
            try {
                return Validation.buildDefaultValidatorFactory().getValidator();
            } catch (ValidationException | NoClassDefFoundError missing) {
                System.getLogger(BeanValidation.class.getName())
                        .log(System.Logger.Level.DEBUG, "no Jakarta Validation provider: {0}", missing.getMessage());
                return null;
            }
        }
    }
}
