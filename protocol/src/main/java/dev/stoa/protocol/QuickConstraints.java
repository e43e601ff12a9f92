package dev.stoa.protocol;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import jakarta.validation.groups.Default;
import jakarta.validation.metadata.BeanDescriptor;
import jakarta.validation.metadata.ConstraintDescriptor;
import jakarta.validation.metadata.PropertyDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A short way to say that a record is valid, beside the Jakarta Validation provider: it knows the usual
/// constraints on record components and answers yes or «ask the provider», which alone words what is
/// wrong.
///
/// Built from the provider's own metadata, so that constraints declared elsewhere than in annotations
/// count too. Immutable and thread-safe.
final class QuickConstraints {
    private static final Set<Class<?>> WHOLE_NUMBERS =
            Set.of(int.class, Integer.class, long.class, Long.class, short.class, Short.class, byte.class, Byte.class);

    private static final int MAX_NESTING = 8;

    private final Check[] checks;

    /// @param accessor takes an Object and returns an Object
    private record Check(MethodHandle accessor, Predicate<@Nullable Object> holds) {}

    private QuickConstraints(Check[] checks) {
        this.checks = checks;
    }

    /// Returns null when `type` has a constraint that is not one of the usual.
    ///
    /// @param descriptors the provider's metadata
    static @Nullable QuickConstraints of(Class<?> type, Function<Class<?>, BeanDescriptor> descriptors) {
        return of(type, descriptors, 0);
    }

    private static @Nullable QuickConstraints of(
            Class<?> type, Function<Class<?>, BeanDescriptor> descriptors, int depth) {
        BeanDescriptor bean = descriptors.apply(type);
        if (!type.isRecord() || !bean.getConstraintDescriptors().isEmpty()) {
            return null;
        }
        List<Check> checks = new ArrayList<>();
        for (PropertyDescriptor property : bean.getConstrainedProperties()) {
            RecordComponent component = componentOf(type, property.getPropertyName());
            if (component == null
                    || !property.getConstrainedContainerElementTypes().isEmpty()) {
                return null;
            }
            if (property.isCascaded()) {
                Check inner = cascade(property, component, descriptors, depth);
                if (inner == null) {
                    return null;
                }
                checks.add(inner);
            }
            for (ConstraintDescriptor<?> constraint : property.getConstraintDescriptors()) {
                Predicate<@Nullable Object> holds = check(constraint, component.getType());
                MethodHandle accessor = accessor(component);
                if (holds == null || accessor == null) {
                    return null;
                }
                checks.add(new Check(accessor, holds));
            }
        }
        return new QuickConstraints(checks.toArray(Check[]::new));
    }

    private static @Nullable Check cascade(
            PropertyDescriptor property,
            RecordComponent component,
            Function<Class<?>, BeanDescriptor> descriptors,
            int depth) {
        if (depth == MAX_NESTING || !property.getGroupConversions().isEmpty()) {
            return null;
        }
        QuickConstraints inner = of(component.getType(), descriptors, depth + 1);
        MethodHandle accessor = accessor(component);
        return inner == null || accessor == null
                ? null
                : new Check(accessor, value -> value == null || inner.hold(value));
    }

    /// Whether every constraint holds; false means that the provider must be asked.
    boolean hold(Object value) {
        try {
            for (Check check : checks) {
                if (!check.holds().test((Object) check.accessor().invokeExact(value))) {
                    return false;
                }
            }
            return true;
        } catch (Throwable refused) {
            return false; // the provider calls the accessor again and reports what it says
        }
    }

    private static @Nullable RecordComponent componentOf(Class<?> type, String name) {
        for (RecordComponent component : type.getRecordComponents()) {
            if (component.getName().equals(name)) {
                return component;
            }
        }
        return null;
    }

    private static @Nullable MethodHandle accessor(RecordComponent component) {
        try {
            Method method = component.getAccessor();
            method.setAccessible(true);
            return MethodHandles.lookup().unreflect(method).asType(MethodType.methodType(Object.class, Object.class));
        } catch (IllegalAccessException | RuntimeException inaccessible) {
            return null;
        }
    }

    private static @Nullable Predicate<@Nullable Object> check(ConstraintDescriptor<?> constraint, Class<?> type) {
        Set<Class<?>> groups = constraint.getGroups();
        if (!groups.isEmpty() && !groups.equals(Set.of(Default.class))) {
            return null;
        }
        boolean text = CharSequence.class.isAssignableFrom(type);
        boolean whole = WHOLE_NUMBERS.contains(type);
        return switch (constraint.getAnnotation()) {
            case NotNull present -> value -> value != null;
            case NotBlank present when text -> QuickConstraints::isNotBlank;
            case NotEmpty present when hasSize(type) -> value -> value != null && sizeOf(value) > 0;
            case Size size when hasSize(type) -> between(size.min(), size.max());
            case Min min when whole -> atLeast(min.value());
            case Max max when whole -> atMost(max.value());
            case Positive positive when whole -> value -> value == null || ((Number) value).longValue() > 0;
            case PositiveOrZero positive when whole -> value -> value == null || ((Number) value).longValue() >= 0;
            case Pattern pattern when text -> matching(pattern);
            default -> null;
        };
    }

    private static boolean isNotBlank(@Nullable Object value) {
        return value instanceof CharSequence text && !text.toString().isBlank();
    }

    private static boolean hasSize(Class<?> type) {
        return CharSequence.class.isAssignableFrom(type)
                || Collection.class.isAssignableFrom(type)
                || Map.class.isAssignableFrom(type);
    }

    private static int sizeOf(Object value) {
        return switch (value) {
            case CharSequence text -> text.length();
            case Collection<?> items -> items.size();
            case Map<?, ?> entries -> entries.size();
            default -> throw new IllegalArgumentException("has no size: " + value.getClass());
        };
    }

    private static Predicate<@Nullable Object> between(int least, int most) {
        return value -> {
            if (value == null) {
                return true;
            }
            int size = sizeOf(value);
            return size >= least && size <= most;
        };
    }

    private static Predicate<@Nullable Object> atLeast(long least) {
        return value -> value == null || ((Number) value).longValue() >= least;
    }

    private static Predicate<@Nullable Object> atMost(long most) {
        return value -> value == null || ((Number) value).longValue() <= most;
    }

    private static Predicate<@Nullable Object> matching(Pattern constraint) {
        int flags = 0;
        for (Pattern.Flag flag : constraint.flags()) {
            flags |= flag.getValue();
        }
        var pattern = java.util.regex.Pattern.compile(constraint.regexp(), flags);
        return value -> value == null || pattern.matcher((CharSequence) value).matches();
    }
}
