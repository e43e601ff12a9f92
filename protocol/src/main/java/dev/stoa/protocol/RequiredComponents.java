package dev.stoa.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.NopAnnotationIntrospector;

/// Tells Jackson which record components may be missing or null, in both directions. Stateless.
final class RequiredComponents extends NopAnnotationIntrospector {
    private static final long serialVersionUID = 1;
    private static final Set<Class<?>> OPTIONALS =
            Set.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class);
    private static final JsonSetter.Value ELEMENTS_REQUIRED = JsonSetter.Value.construct(Nulls.DEFAULT, Nulls.FAIL);

    static boolean mayBeAbsent(RecordComponent component) {
        return OPTIONALS.contains(component.getType())
                || isNullable(component.getAnnotatedType().getAnnotations())
                || isNullable(component.getAnnotations())
                || isNullable(component.getAccessor().getAnnotations());
    }

    @Override
    public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
        return member instanceof AnnotatedParameter parameter && isRequired(parameter) ? Boolean.TRUE : null;
    }

    @Override
    public JsonSetter.Value findSetterInfo(MapperConfig<?> config, Annotated annotated) {
        if (!(annotated instanceof AnnotatedParameter parameter) || constructorOfRecord(parameter) == null) {
            return JsonSetter.Value.empty();
        }
        JsonSetter.Value elements = hasFreeElements(typeOf(parameter)) ? JsonSetter.Value.empty() : ELEMENTS_REQUIRED;
        // To raw JSON a null is a value like any other.
        boolean nullRefused = isRequired(parameter) && parameter.getRawType() != RawJson.class;
        return nullRefused ? elements.withValueNulls(Nulls.FAIL) : elements;
    }

    @Override
    public JsonInclude.Value findPropertyInclusion(MapperConfig<?> config, Annotated annotated) {
        return annotated instanceof AnnotatedMember member && isOptional(member)
                ? JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.USE_DEFAULTS)
                : JsonInclude.Value.empty();
    }

    private static boolean isOptional(AnnotatedMember member) {
        return member.getDeclaringClass().isRecord()
                && Arrays.stream(member.getDeclaringClass().getRecordComponents())
                        .anyMatch(component -> component.getName().equals(member.getName()) && mayBeAbsent(component));
    }

    @Override
    public @Nullable Object findNullSerializer(MapperConfig<?> config, Annotated annotated) {
        if (!(annotated instanceof AnnotatedMember member)
                || !member.getDeclaringClass().isRecord()) {
            return null;
        }
        for (RecordComponent component : member.getDeclaringClass().getRecordComponents()) {
            if (component.getName().equals(member.getName())) {
                return mayBeAbsent(component) ? null : new RefusedNull();
            }
        }
        return null;
    }

    private static boolean isRequired(AnnotatedParameter parameter) {
        Constructor<?> constructor = constructorOfRecord(parameter);
        if (constructor == null) {
            return false;
        }
        int index = parameter.getIndex();
        RecordComponent[] components = constructor.getDeclaringClass().getRecordComponents();
        if (isCanonical(constructor, components) && mayBeAbsent(components[index])) {
            return false;
        }
        return !OPTIONALS.contains(constructor.getParameterTypes()[index])
                && !isNullable(typeOf(parameter).getAnnotations())
                && !isNullable(constructor.getParameterAnnotations()[index]);
    }

    private static @Nullable Constructor<?> constructorOfRecord(AnnotatedParameter parameter) {
        return parameter.getOwner().getAnnotated() instanceof Constructor<?> constructor
                        && constructor.getDeclaringClass().isRecord()
                ? constructor
                : null;
    }

    private static boolean isCanonical(Constructor<?> constructor, RecordComponent[] components) {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        return Arrays.equals(types, constructor.getParameterTypes());
    }

    private static AnnotatedType typeOf(AnnotatedParameter parameter) {
        return ((Constructor<?>) parameter.getOwner().getAnnotated())
                .getAnnotatedParameterTypes()[parameter.getIndex()];
    }

    /// Whether a container type lets some of its elements, at any depth, be null.
    private static boolean hasFreeElements(AnnotatedType type) {
        return switch (type) {
            case AnnotatedParameterizedType generic ->
                Arrays.stream(generic.getAnnotatedActualTypeArguments()).anyMatch(RequiredComponents::isFree);
            case AnnotatedArrayType array -> isFree(array.getAnnotatedGenericComponentType());
            default -> false;
        };
    }

    private static boolean isFree(AnnotatedType element) {
        return element instanceof AnnotatedWildcardType
                || element.getType() == Object.class
                || element.getType() instanceof Class<?> plain && JsonNode.class.isAssignableFrom(plain)
                || isNullable(element.getAnnotations())
                || hasFreeElements(element);
    }

    private static boolean isNullable(Annotation[] annotations) {
        for (var annotation : annotations) {
            if (annotation.annotationType().getSimpleName().equals("Nullable")) {
                return true;
            }
        }
        return false;
    }

    /// Stands where a required component turns out null on its way out.
    private static final class RefusedNull extends ValueSerializer<Object> {
        @Override
        public void serialize(@Nullable Object value, JsonGenerator generator, SerializationContext context) {
            throw DatabindException.from(generator, "must not be null");
        }
    }
}
