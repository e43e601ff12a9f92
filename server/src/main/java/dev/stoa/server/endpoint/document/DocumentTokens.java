package dev.stoa.server.endpoint.document;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomOp;
import dev.stoa.server.document.DocumentAuthorizer;
import dev.stoa.server.document.Permission;
import dev.stoa.server.room.token.RoomToken;
import dev.stoa.server.room.token.TokenKeys;
import dev.stoa.server.room.token.TokenVerdict;
import dev.stoa.server.room.token.TokenVerifier;
import java.time.InstantSource;

/// Lets in who has a signed token, made by a backend in any language: the tokens of rooms
/// (`docs/protocols/rooms-tokens.md`), read for documents.
///
/// `iss` is the name of the documents' instance, `aud` is `room:` and a document's id, or a beginning of ids
/// and `*`. The operation `document` lets write, `read` lets read. A token with `clientId` is for that client
/// only. The session's metadata is the token's actor.
///
/// A token counts when somebody connects or refreshes: a session outlives its token. Thread-safe.
public final class DocumentTokens implements DocumentAuthorizer {
    private final TokenVerifier verifier;

    private DocumentTokens(TokenVerifier verifier) {
        this.verifier = verifier;
    }

    /// @param instance the name of the documents' instance
    /// @param keys at least one, or nobody comes in
    public static DocumentTokens of(String instance, TokenKeys keys, InstantSource clock) {
        return new DocumentTokens(new TokenVerifier(instance, keys, clock));
    }

    @Override
    public Grant authorize(Applicant applicant) {
        String text = applicant.token();
        if (text == null) {
            throw ProtocolException.of(ErrorCode.UNAUTHENTICATED, "there is no token");
        }
        return switch (verifier.verify(text, RoomKind.ROOM, applicant.documentId())) {
            case TokenVerdict.Refused refused -> throw refused.toException();
            case TokenVerdict.Valid(RoomToken token) -> grant(token, applicant.clientId());
        };
    }

    private static Grant grant(RoomToken token, String clientId) {
        if (token.clientId() != null && !token.clientId().equals(clientId)) {
            throw ProtocolException.of(ErrorCode.PERMISSION_DENIED, "the token is for another client");
        }
        if (!token.allows(RoomOp.DOCUMENT) && !token.allows(RoomOp.READ)) {
            throw ProtocolException.of(ErrorCode.PERMISSION_DENIED, "the token allows neither document nor read");
        }
        return new Grant(
                token.allows(RoomOp.DOCUMENT) ? Permission.READ_WRITE : Permission.READ_ONLY,
                RawJson.of(token.actor()));
    }
}
