package dev.stoa.protocol;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.ser.ValueSerializerModifier;
import tools.jackson.databind.type.ArrayType;

/// Refuses to write numbers that JSON has no words for, which would otherwise leave as the texts `"NaN"`
/// and `"Infinity"`. Stateless.
final class FiniteNumbers extends ValueSerializerModifier {
    private static final long serialVersionUID = 1;

    /// Whether `value` is none of NaN and the infinities, nor an array with one of them.
    static boolean isFinite(@Nullable Object value) {
        return switch (value) {
            case Double number -> Double.isFinite(number);
            case Float number -> Float.isFinite(number);
            case double[] numbers -> {
                boolean finite = true;
                for (double number : numbers) {
                    finite &= Double.isFinite(number);
                }
                yield finite;
            }
            case float[] numbers -> {
                boolean finite = true;
                for (float number : numbers) {
                    finite &= Float.isFinite(number);
                }
                yield finite;
            }
            case null, default -> true;
        };
    }

    @Override
    public ValueSerializer<?> modifySerializer(
            SerializationConfig config, BeanDescription.Supplier bean, ValueSerializer<?> serializer) {
        Class<?> type = bean.getBeanClass();
        return type == double.class || type == Double.class || type == float.class || type == Float.class
                ? new Checked(serializer)
                : serializer;
    }

    @Override
    public ValueSerializer<?> modifyArraySerializer(
            SerializationConfig config, ArrayType type, BeanDescription.Supplier bean, ValueSerializer<?> serializer) {
        Class<?> element = type.getContentType().getRawClass();
        return element == double.class || element == float.class ? new Checked(serializer) : serializer;
    }

    private static final class Checked extends ValueSerializer<Object> {
        private final ValueSerializer<Object> delegate;

        @SuppressWarnings("unchecked")
        Checked(ValueSerializer<?> delegate) {
            this.delegate = (ValueSerializer<Object>) delegate;
        }

        @Override
        public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
            if (!isFinite(value)) {
                throw DatabindException.from(generator, "must be a finite number");
            }
            delegate.serialize(value, generator, context);
        }
    }
}
