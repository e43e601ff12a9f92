package dev.stoa.protocol;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;

/// Which records Jackson treats by their components alone, because nothing about them says otherwise: no
/// annotation of Jackson's, no further constructor, no interface, nothing that looks like a getter.
/// Stateless.
final class UsualRecords {
    private static final int MAX_COMPONENTS = 32;

    private UsualRecords() {}

    static boolean includes(Class<?> type) {
        if (!type.isRecord() || type.getTypeParameters().length > 0 || type.getInterfaces().length > 0) {
            return false;
        }
        RecordComponent[] components = type.getRecordComponents();
        if (components.length == 0
                || components.length > MAX_COMPONENTS
                || type.getDeclaredConstructors().length != 1
                || isAnnotatedForJackson(type)
                || isAnnotatedForJackson(type.getDeclaredConstructors()[0])) {
            return false;
        }
        for (RecordComponent component : components) {
            if (isAnnotatedForJackson(component) || isAnnotatedForJackson(component.getAccessor())) {
                return false;
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            String name = method.getName();
            boolean looksLikeGetter =
                    method.getParameterCount() == 0 && (name.startsWith("get") || name.startsWith("is"));
            if (looksLikeGetter || isAnnotatedForJackson(method)) {
                return false;
            }
        }
        for (var field : type.getDeclaredFields()) {
            if (isAnnotatedForJackson(field)) {
                return false;
            }
        }
        for (Annotation[] annotations : type.getDeclaredConstructors()[0].getParameterAnnotations()) {
            for (Annotation annotation : annotations) {
                if (isJacksons(annotation)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isAnnotatedForJackson(AnnotatedElement element) {
        for (Annotation annotation : element.getAnnotations()) {
            if (isJacksons(annotation)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isJacksons(Annotation annotation) {
        String name = annotation.annotationType().getName();
        return name.contains(".jackson.")
                || annotation.annotationType().isAnnotationPresent(JacksonAnnotationsInside.class);
    }
}
