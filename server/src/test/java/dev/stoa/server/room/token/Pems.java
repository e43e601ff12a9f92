package dev.stoa.server.room.token;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Base64;

/// Keys as openssl writes them. They guard nothing.
final class Pems {
    /// `openssl ecparam -name prime256v1 -genkey`
    static final String SEC1 = """
            -----BEGIN EC PARAMETERS-----
            BggqhkjOPQMBBw==
            -----END EC PARAMETERS-----
            -----BEGIN EC PRIVATE KEY-----
            MHcCAQEEIOuK1FAlyIeobj1lH2+zKmgT6fYTpI4ZS6ZDOt7XumQnoAoGCCqGSM49
            AwEHoUQDQgAEJ2vzr4j3Yi1Xiz7uKfBiyEjXWz7oVf3rGRNQyY6tdsWQf1PcE07b
            k7/0qWrtNdrA8xNAC/jpLucymC9irQJwdg==
            -----END EC PRIVATE KEY-----
            """;

    /// `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`
    static final String PKCS8 = """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQguPQIZhF8qPh6rzkc
            sL6+Et27haQPxtyc9FKDmnTuU5+hRANCAATFdpgo6T2xnM37sGriBKxetYU6EPGN
            13r1x5Hm3q+jNqIsFlXQaU+ulKbr6t4UUU4zdaNbYuW3eFjEP20DbbsJ
            -----END PRIVATE KEY-----
            """;

    /// `openssl ec -pubout` of [#PKCS8]
    static final String PUBLIC = """
            -----BEGIN PUBLIC KEY-----
            MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAExXaYKOk9sZzN+7Bq4gSsXrWFOhDx
            jdd69ceR5t6vozaiLBZV0GlPrpSm6+reFFFOM3WjW2Llt3hYxD9tA227CQ==
            -----END PUBLIC KEY-----
            """;

    /// `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384`
    static final String P384 = """
            -----BEGIN PRIVATE KEY-----
            MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDBRYMN8ZvV2Id9WbjyK
            ue5jQSwPMcJq30VOXbCtnFP3zjKJgv6VQ5Axkv6bzMysmjShZANiAAQUrjE51OmP
            ZOtxB599YRfK6tsog2K1t87gTZe0IjCknQGuRdHX/ImfLS7kQ0QRWxP5SyUJZs1V
            sIGa9jVZGeYL4VTrPrahFKBkJZVj+5/RbYzBUj67xljd/BzJ10ho1Gg=
            -----END PRIVATE KEY-----
            """;

    private Pems() {}

    static String rsa() {
        try {
            byte[] der = KeyPairGenerator.getInstance("RSA")
                    .generateKeyPair()
                    .getPrivate()
                    .getEncoded();
            return "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(der)
                    + "\n-----END PRIVATE KEY-----\n";
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
