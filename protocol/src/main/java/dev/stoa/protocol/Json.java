package dev.stoa.protocol;

import java.lang.reflect.RecordComponent;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MapperBuilder;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/// The one JSON mapper, built in one place: strict about unknown keys, missing or null components and
/// type coercion.
///
/// A record component is required unless its type is marked `@Nullable` (JSpecify's or any annotation of
/// that name) or is an `Optional`; the same holds for the elements of its containers, save those of type
/// `Object` and `JsonNode`. `"1"` is not a number, `1` is not a text, and what no JSON number can carry
/// (`NaN`) neither comes in nor goes out. Of a key given twice the last counts. Thread-safe.
public final class Json {
    /// Nesting depth beyond which JSON is refused.
    public static final int MAX_DEPTH = 128;

    private static final JsonMapper MAPPER = build();

    private Json() {}

    public static JsonMapper mapper() {
        return MAPPER;
    }

    /// Whether JSON must bring a value for `component`: it is neither marked `@Nullable` nor an
    /// `Optional`.
    public static boolean isRequired(RecordComponent component) {
        return !RequiredComponents.mayBeAbsent(component);
    }

    private static JsonMapper build() {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .build())
                .build();
        return strict(JsonMapper.builder(factory)).build();
    }

    /// Makes a mapper of any format as strict as this one.
    public static <M extends ObjectMapper, B extends MapperBuilder<M, B>> B strict(B builder) {
        return builder.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .withCoercionConfig(
                        LogicalType.Textual,
                        config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
                .addModule(strictness());
    }

    private static JacksonModule strictness() {
        return new SimpleModule("stoa-strictness") {
            private static final long serialVersionUID = 1;

            @Override
            public void setupModule(SetupContext context) {
                super.setupModule(context);
                context.insertAnnotationIntrospector(new RequiredComponents());
                context.addDeserializerModifier(new StrictScalars());
                context.addSerializerModifier(new FiniteNumbers());
            }
        };
    }
}
