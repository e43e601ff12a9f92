package dev.stoa.server.room.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomPrincipal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.Base64;
import java.util.HexFormat;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenKeysTest {
    private static final TokenGrant GRANT =
            TokenGrant.of(RoomAudience.of(RoomKind.ROOM, "chat"), RoomPrincipal.user("ada"));

    private final HandClock clock = new HandClock();

    @Test
    void aTokenOfTheOldKeyIsGoodUntilThatKeyIsRetired() {
        TokenKeys keys = TokenKeys.of(TokenKey.ofSecret("old", Forge.secret(1)));
        TokenIssuer issuer = issuer(keys);
        TokenVerifier verifier = new TokenVerifier(Forge.INSTANCE, keys, clock);
        String before = issuer.issue(GRANT).text();

        keys.add(TokenKey.ofSecret("new", Forge.secret(2)));
        keys.signWith("new");
        String after = issuer.issue(GRANT).text();

        Forge.valid(verifier.verify(before));
        Forge.valid(verifier.verify(after));
        keys.retire("old");
        assertThat(Forge.reason(verifier.verify(before))).isEqualTo(RefusalReason.UNKNOWN_KEY);
        Forge.valid(verifier.verify(after));
    }

    @Test
    void aKeyOfTheOtherAlgorithmCanTakeOver() {
        TokenKeys keys = Forge.keys();
        TokenVerifier verifier = new TokenVerifier(Forge.INSTANCE, keys, clock);

        keys.signWith("e");

        assertThat(keys.signingKid()).contains("e");
        Forge.valid(verifier.verify(issuer(keys).issue(GRANT).text()));
    }

    @Test
    void theKeyThatSignsCannotBeRetired() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Forge.keys().retire("h"))
                .withMessage("token key h signs: make another one sign first");
    }

    @Test
    void aKidIsTakenOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Forge.keys().add(TokenKey.ofSecret("h", Forge.secret(3))))
                .withMessage("there is a token key h already");
    }

    @Test
    void aKeyThatIsNotThereNeitherSignsNorRetires() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Forge.keys().signWith("x"))
                .withMessage("there is no token key x");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Forge.keys().retire("x"))
                .withMessage("there is no token key x");
    }

    @Test
    void aRefusedChangeChangesNothing() {
        TokenKeys keys = Forge.keys();

        Assertions.catchThrowable(() -> keys.retire("h"));

        assertThat(keys.kids()).containsExactly("e", "h");
        assertThat(keys.signingKid()).contains("h");
    }

    @Test
    void oneKeyTooManyIsRefused() {
        TokenKeys keys = TokenKeys.verifying();
        for (int i = 0; i < TokenKeys.MAX_KEYS; i++) {
            keys.add(TokenKey.ofSecret("k" + i, Forge.secret(i)));
        }

        assertThatIllegalArgumentException()
                .isThrownBy(() -> keys.add(TokenKey.ofSecret("last", Forge.SECRET)))
                .withMessage("token key last would be one more than 32 keys");
    }

    @Test
    void keysThatOnlyVerifyIssueNothing() {
        TokenKeys keys = TokenKeys.verifying(TokenKey.of("e", (ECPublicKey) Forge.PAIR.getPublic()));

        ProtocolException refused = Assertions.catchThrowableOfType(
                ProtocolException.class, () -> issuer(keys).issue(GRANT));

        assertThat(refused.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION.name());
        assertThat(refused).hasMessage("instance default has no key that signs tokens");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> keys.signWith("e"))
                .withMessage("token key e verifies only and cannot sign");
    }

    @Test
    void developmentKeysAreNewEachTime() {
        SecureRandom random = new SecureRandom();
        TokenKeys one = TokenKeys.generated(random);
        TokenKeys other = TokenKeys.generated(random);
        String token = issuer(one).issue(GRANT).text();

        Forge.valid(new TokenVerifier(Forge.INSTANCE, one, clock).verify(token));
        assertThat(Forge.reason(new TokenVerifier(Forge.INSTANCE, other, clock).verify(token)))
                .isEqualTo(RefusalReason.UNKNOWN_KEY);
    }

    @Test
    void aShortSecretIsRefusedWithTheLimit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenKey.ofSecret("k", new byte[31]))
                .withMessage("the secret of token key k has 248 bits; HS256 needs at least 256");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenKey.ofBase64("k", "c2VjcmV0"))
                .withMessage("the secret of token key k has 48 bits; HS256 needs at least 256");
    }

    @Test
    void aSecretOfOneByteRepeatedIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenKey.ofSecret("k", new byte[64]))
                .withMessage("the secret of token key k is one byte repeated");
    }

    @Test
    void aSecretThatIsNotBase64IsRefusedWithoutBeingQuoted() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenKey.ofBase64("k", "hunter2*hunter2*hunter2*hunter2*hunter2*hunter2*"))
                .withMessage("the secret of token key k is not base64")
                .withNoCause();
    }

    @Test
    void aSecretMayBeWrittenInEitherBase64() {
        byte[] secret = Forge.secret(7);
        secret[0] = (byte) 0xFB;
        secret[1] = (byte) 0xFF;
        String plain = Base64.getEncoder().encodeToString(secret);
        String url = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        String token = issuer(TokenKeys.of(TokenKey.ofSecret("k", secret)))
                .issue(GRANT)
                .text();

        Forge.valid(verifier(TokenKey.ofBase64("k", plain + "\n")).verify(token));
        Forge.valid(verifier(TokenKey.ofBase64("k", url)).verify(token));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "k\u00E9y", "k\n"})
    void aKidIsVisibleAscii(String kid) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenKey.ofSecret(kid, Forge.SECRET))
                .withMessageStartingWith("a token key's kid is 1 to 128 visible ASCII characters");
    }

    @Test
    void anotherCurveIsRefusedWithTheLimit() {
        KeyPair pair = Forge.pair("secp384r1");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenKey.of("k", (ECPublicKey) pair.getPublic()))
                .withMessage("token key k is on a curve of 384 bits; ES256 needs P-256, of 256 bits");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> TokenKey.of("k", (ECPublicKey) Forge.PAIR.getPublic(), (ECPrivateKey) pair.getPrivate()))
                .withMessage("token key k is on a curve of 384 bits; ES256 needs P-256, of 256 bits");
    }

    @Test
    void halvesOfDifferentPairsAreRefused() {
        KeyPair other = Forge.pair("secp256r1");

        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> TokenKey.of("k", (ECPublicKey) Forge.PAIR.getPublic(), (ECPrivateKey) other.getPrivate()))
                .withMessage("private and public half of token key k are no pair");
    }

    @ParameterizedTest
    @ValueSource(strings = {Pems.SEC1, Pems.PKCS8, Pems.PKCS8 + Pems.PUBLIC})
    void aPrivateKeyOfOpensslSigns(String pem) {
        TokenKey key = TokenKey.ofPem("p", pem);
        String token = issuer(TokenKeys.of(key)).issue(GRANT).text();

        assertThat(key.algorithm()).isEqualTo("ES256");
        Forge.valid(verifier(key).verify(token));
    }

    @Test
    void aPublicKeyInPemVerifiesWhatItsPrivateKeySigned() {
        TokenKey key = TokenKey.ofPem("p", Pems.PUBLIC);
        String token = issuer(TokenKeys.of(TokenKey.ofPem("p", Pems.PKCS8)))
                .issue(GRANT)
                .text();

        assertThat(key.canSign()).isFalse();
        Forge.valid(verifier(key).verify(token));
    }

    @Test
    void aPrivateKeyWithoutItsPublicHalfNeedsItBeside() {
        String privatePem = pem("PRIVATE KEY", withoutPoint(Forge.PAIR));
        String publicPem = pem("PUBLIC KEY", Forge.PAIR.getPublic().getEncoded());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenKey.ofPem("p", privatePem))
                .withMessage("PEM of token key p holds a private key without its public half: "
                        + "put the PUBLIC KEY block beside it");
        assertThat(TokenKey.ofPem("p", privatePem + publicPem).canSign()).isTrue();
    }

    @Test
    void aPemFileIsRead(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("key.pem"), Pems.PKCS8);

        assertThat(TokenKey.ofPem("p", file).canSign()).isTrue();
    }

    @Test
    void pemOfAnythingElseIsRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenKey.ofPem("p", Pems.P384))
                .withMessageContaining("384 bits; ES256 needs P-256, of 256 bits");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenKey.ofPem("p", pem("ENCRYPTED PRIVATE KEY", new byte[] {1})))
                .withMessage("PEM of token key p holds ENCRYPTED PRIVATE KEY; it must hold PRIVATE KEY "
                        + "(not encrypted), EC PRIVATE KEY or PUBLIC KEY");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenKey.ofPem("p", Pems.rsa()))
                .withMessage("PEM of token key p holds no elliptic-curve key; ES256 needs one on P-256, of 256 bits");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenKey.ofPem("p", "hello"))
                .withMessage("PEM of token key p holds no key");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenKey.ofPem(
                        "p",
                        Pems.PKCS8 + pem("PUBLIC KEY", Forge.PAIR.getPublic().getEncoded())))
                .withMessage("private and public half of token key p are no pair");
    }

    @Test
    void noTextFormHoldsASecret() {
        TokenKey key = TokenKey.ofSecret("k", Forge.SECRET);

        assertThat(key).hasToString("TokenKey[k, HS256]");
        assertThat(TokenKeys.of(key)).hasToString("TokenKeys[k]");
        assertThat(TokenKey.ofPem("p", Pems.PUBLIC)).hasToString("TokenKey[p, ES256, verifies only]");
    }

    private TokenIssuer issuer(TokenKeys keys) {
        return new TokenIssuer(Forge.INSTANCE, keys, clock, () -> "t1");
    }

    private TokenVerifier verifier(TokenKey key) {
        return new TokenVerifier(Forge.INSTANCE, TokenKeys.verifying(key), clock);
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + label
                + "-----\n";
    }

    /// PKCS#8 with the secret number alone, as some tools write it.
    private static byte[] withoutPoint(KeyPair pair) {
        byte[] number = ((ECPrivateKey) pair.getPrivate()).getS().toByteArray();
        byte[] der = HexFormat.of()
                .parseHex("3041" + "020100" + "301306072a8648ce3d020106082a8648ce3d030107" + "0427" + "3025" + "020101"
                        + "0420" + "00".repeat(32));
        int start = Math.max(0, number.length - 32);
        System.arraycopy(number, start, der, der.length - (number.length - start), number.length - start);
        return der;
    }
}
