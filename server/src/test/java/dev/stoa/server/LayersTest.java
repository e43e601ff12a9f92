package dev.stoa.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// The picture in this package's documentation holds: who may use whom.
class LayersTest {
    private static final String HOUSE = "dev.stoa.server";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(HOUSE);

    @Test
    void aPackageUsesThoseBelowItAndNeverThoseAbove() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage(HOUSE + "..")
                .layer("wiring")
                .definedBy(HOUSE)
                .layer("endpoints")
                .definedBy(HOUSE + ".endpoint..", HOUSE + ".http..")
                .layer("features")
                .definedBy(HOUSE + ".router..", HOUSE + ".schema..", HOUSE + ".room..", HOUSE + ".document..")
                .layer("the two mechanisms")
                .definedBy(HOUSE + ".topic..", HOUSE + ".entity..")
                .layer("sockets seen from inside")
                .definedBy(HOUSE + ".delivery..", HOUSE + ".session..", HOUSE + ".limit..")
                .layer("ports")
                .definedBy(HOUSE + ".port..", HOUSE + ".store")
                .layer("storage")
                .definedBy(HOUSE + ".store.jdbc..")
                .layer("network")
                .definedBy(HOUSE + ".net..")
                .whereLayer("wiring")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("endpoints")
                .mayOnlyBeAccessedByLayers("wiring")
                .whereLayer("features")
                .mayOnlyBeAccessedByLayers("wiring", "endpoints")
                .whereLayer("the two mechanisms")
                .mayOnlyBeAccessedByLayers("wiring", "endpoints", "features")
                .whereLayer("sockets seen from inside")
                .mayOnlyBeAccessedByLayers("wiring", "endpoints", "features", "the two mechanisms", "network")
                .whereLayer("network")
                .mayOnlyBeAccessedByLayers("wiring")
                .whereLayer("storage")
                .mayOnlyBeAccessedByLayers("wiring")
                .withOptionalLayers(false)
                .ensureAllClassesAreContainedInArchitecture()
                .check(CLASSES);
    }

    @Test
    void packagesDependOnEachOtherOneWayOnly() {
        slices().matching(HOUSE + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void onlyTheWiringNamesTheNetwork() {
        noClasses()
                .that()
                .resideOutsideOfPackages(HOUSE, HOUSE + ".net..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(HOUSE + ".net..")
                .check(CLASSES);
    }

    @Test
    void onlyNetworkAndDeliveryNameNetty() {
        noClasses()
                .that()
                .resideOutsideOfPackages(HOUSE + ".net..", HOUSE + ".delivery..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(CLASSES);
    }
}
