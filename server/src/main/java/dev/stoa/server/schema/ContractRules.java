package dev.stoa.server.schema;

import com.fasterxml.classmate.ResolvedType;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerationContext;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfig;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.generator.TypeScope;
import com.github.victools.jsonschema.module.jackson.JacksonSchemaModule;
import com.github.victools.jsonschema.module.jakarta.validation.JakartaValidationModule;
import dev.stoa.protocol.Json;
import dev.stoa.protocol.RawJson;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How the schema generator reads our contracts: the rules of [Json], said again in its terms.
final class ContractRules {
    private static final String NOT_BLANK = "[^\\u0000-\\u0020]";
    private static final Map<Class<?>, long[]> RANGES = Map.of(
            byte.class, new long[] {Byte.MIN_VALUE, Byte.MAX_VALUE},
            Byte.class, new long[] {Byte.MIN_VALUE, Byte.MAX_VALUE},
            short.class, new long[] {Short.MIN_VALUE, Short.MAX_VALUE},
            Short.class, new long[] {Short.MIN_VALUE, Short.MAX_VALUE},
            int.class, new long[] {Integer.MIN_VALUE, Integer.MAX_VALUE},
            Integer.class, new long[] {Integer.MIN_VALUE, Integer.MAX_VALUE},
            long.class, new long[] {Long.MIN_VALUE, Long.MAX_VALUE},
            Long.class, new long[] {Long.MIN_VALUE, Long.MAX_VALUE});

    private ContractRules() {}

    /// @param open whether objects may have keys that their class does not declare
    static SchemaGeneratorConfig config(boolean open) {
        return builder(open).build();
    }

    /// The same for many contracts in one document, where each has a place that references lead to.
    static SchemaGeneratorConfig componentsConfig() {
        return builder(false).with(Option.DEFINITIONS_FOR_ALL_OBJECTS).build();
    }

    private static SchemaGeneratorConfigBuilder builder(boolean open) {
        var builder =
                new SchemaGeneratorConfigBuilder(Json.mapper(), SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON);
        builder.with(
                Option.FLATTENED_OPTIONALS,
                Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES,
                Option.NULLABLE_ARRAY_ITEMS_ALLOWED,
                Option.STANDARD_FORMATS);
        if (!open) {
            builder.with(Option.FORBIDDEN_ADDITIONAL_PROPERTIES_BY_DEFAULT);
        }
        builder.forFields()
                .withRequiredCheck(ContractRules::isRequired)
                .withNullableCheck(ContractRules::isNullable)
                .withStringPatternResolver(ContractRules::pattern);
        builder.forTypesInGeneral()
                .withPropertySorter((_, _) -> 0)
                .withSubtypeResolver(ContractRules::permitted)
                .withCustomDefinitionProvider(ContractRules::freeJson)
                .withNumberInclusiveMinimumResolver(type -> bound(type, 0))
                .withNumberInclusiveMaximumResolver(type -> bound(type, 1))
                .withStringMinLengthResolver(ContractRules::lengthOfCharacter)
                .withStringMaxLengthResolver(ContractRules::lengthOfCharacter);
        return builder.with(new JacksonSchemaModule()).with(new JakartaValidationModule());
    }

    private static boolean isRequired(FieldScope field) {
        RecordComponent component = componentOf(field);
        return component != null && (Json.isRequired(component) || refusesNull(field));
    }

    private static boolean isNullable(FieldScope field) {
        if (field.isFakeContainerItemScope()) {
            return field.getRawMember().getAnnotatedType() instanceof AnnotatedParameterizedType container
                    && Arrays.stream(container.getAnnotatedActualTypeArguments())
                            .flatMap(argument -> Arrays.stream(argument.getAnnotations()))
                            .anyMatch(mark ->
                                    mark.annotationType().getSimpleName().equals("Nullable"));
        }
        return componentOf(field) != null && !isRequired(field);
    }

    private static boolean refusesNull(FieldScope field) {
        return Stream.of(NotNull.class, NotBlank.class, NotEmpty.class)
                .anyMatch(constraint -> field.getRawMember().isAnnotationPresent(constraint));
    }

    private static @Nullable RecordComponent componentOf(FieldScope field) {
        Class<?> owner = field.getRawMember().getDeclaringClass();
        return !owner.isRecord()
                ? null
                : Arrays.stream(owner.getRecordComponents())
                        .filter(component -> component.getName().equals(field.getDeclaredName()))
                        .findFirst()
                        .orElse(null);
    }

    private static @Nullable String pattern(FieldScope field) {
        Pattern pattern = annotation(field, Pattern.class);
        if (pattern != null && pattern.flags().length == 0) {
            return "^(?:" + pattern.regexp() + ")$";
        }
        return annotation(field, NotBlank.class) != null ? NOT_BLANK : null;
    }

    private static <A extends Annotation> @Nullable A annotation(FieldScope field, Class<A> type) {
        return field.isFakeContainerItemScope()
                ? field.getContainerItemAnnotation(type, _ -> false)
                : field.getRawMember().getAnnotation(type);
    }

    private static @Nullable List<ResolvedType> permitted(ResolvedType type, SchemaGenerationContext context) {
        Class<?>[] permitted = type.getErasedType().getPermittedSubclasses();
        return permitted == null
                ? null
                : Arrays.stream(permitted)
                        .map(subtype -> context.getTypeContext().resolveSubtype(type, subtype))
                        .toList();
    }

    private static @Nullable CustomDefinition freeJson(ResolvedType type, SchemaGenerationContext context) {
        Class<?> plain = type.getErasedType();
        if (!JsonNode.class.isAssignableFrom(plain) && plain != RawJson.class) {
            return null;
        }
        ObjectNode schema = context.getGeneratorConfig().createObjectNode();
        if (plain == ObjectNode.class) {
            schema.put("type", "object");
        } else if (plain == ArrayNode.class) {
            schema.put("type", "array");
        }
        return new CustomDefinition(
                schema, CustomDefinition.DefinitionType.INLINE, CustomDefinition.AttributeInclusion.NO);
    }

    private static @Nullable BigDecimal bound(TypeScope type, int side) {
        long[] range = RANGES.get(type.getType().getErasedType());
        return range == null ? null : BigDecimal.valueOf(range[side]);
    }

    private static @Nullable Integer lengthOfCharacter(TypeScope type) {
        Class<?> plain = type.getType().getErasedType();
        return plain == char.class || plain == Character.class ? 1 : null;
    }
}
