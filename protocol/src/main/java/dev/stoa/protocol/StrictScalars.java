package dev.stoa.protocol;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZonedDateTime;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.type.ArrayType;

/// Closes the gaps that Jackson leaves where a text stands for something else: no `"NaN"` or overflow
/// for a number, no number for a time, no blanks around the name of an enum constant. Stateless.
final class StrictScalars extends ValueDeserializerModifier {
    private static final long serialVersionUID = 1;
    private static final Set<Class<?>> FLOATING = Set.of(double.class, Double.class, float.class, Float.class);
    private static final Set<Class<?>> TIMES = Set.of(
            Instant.class,
            OffsetDateTime.class,
            ZonedDateTime.class,
            OffsetTime.class,
            LocalDateTime.class,
            LocalDate.class,
            LocalTime.class,
            Duration.class);

    @Override
    public ValueDeserializer<?> modifyDeserializer(
            DeserializationConfig config, BeanDescription.Supplier bean, ValueDeserializer<?> deserializer) {
        Class<?> type = bean.getBeanClass();
        if (FLOATING.contains(type)) {
            return new FiniteNumber(deserializer);
        }
        return TIMES.contains(type) ? new TimeText(deserializer) : deserializer;
    }

    @Override
    public ValueDeserializer<?> modifyArrayDeserializer(
            DeserializationConfig config,
            ArrayType type,
            BeanDescription.Supplier bean,
            ValueDeserializer<?> deserializer) {
        return FLOATING.contains(type.getContentType().getRawClass()) ? new FiniteNumber(deserializer) : deserializer;
    }

    @Override
    public ValueDeserializer<?> modifyEnumDeserializer(
            DeserializationConfig config,
            JavaType type,
            BeanDescription.Supplier bean,
            ValueDeserializer<?> deserializer) {
        return new ConstantName(deserializer);
    }

    private static final class FiniteNumber extends DelegatingDeserializer {
        FiniteNumber(ValueDeserializer<?> delegate) {
            super(delegate);
        }

        @Override
        protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> delegate) {
            return new FiniteNumber(delegate);
        }

        @Override
        public Object deserialize(JsonParser parser, DeserializationContext context) {
            Object value = super.deserialize(parser, context);
            return FiniteNumbers.isFinite(value)
                    ? value
                    : context.reportInputMismatch(this, "not a number within the range of its type");
        }
    }

    private static final class TimeText extends DelegatingDeserializer {
        TimeText(ValueDeserializer<?> delegate) {
            super(delegate);
        }

        @Override
        protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> delegate) {
            return new TimeText(delegate);
        }

        @Override
        public Object deserialize(JsonParser parser, DeserializationContext context) {
            if (parser.currentToken() != JsonToken.VALUE_STRING
                    || handledType() == Instant.class && parser.getString().indexOf('T') < 0) {
                return context.reportInputMismatch(this, "not a text in ISO 8601 form");
            }
            return super.deserialize(parser, context);
        }
    }

    private static final class ConstantName extends DelegatingDeserializer {
        ConstantName(ValueDeserializer<?> delegate) {
            super(delegate);
        }

        @Override
        protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> delegate) {
            return new ConstantName(delegate);
        }

        @Override
        public Object deserialize(JsonParser parser, DeserializationContext context) {
            if (parser.currentToken() == JsonToken.VALUE_STRING) {
                String name = parser.getString();
                if (name.length() != name.trim().length()) {
                    return context.reportInputMismatch(this, "blanks around the name of a constant");
                }
            }
            return super.deserialize(parser, context);
        }
    }
}
