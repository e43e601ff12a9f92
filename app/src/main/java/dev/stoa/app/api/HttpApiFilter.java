package dev.stoa.app.api;

import dev.stoa.server.http.ApiAnswer;
import dev.stoa.server.http.ApiRequest;
import dev.stoa.server.http.HttpApi;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Status;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// Hands the API's requests to it, with paths as they came: routing would decode them. Thread-safe.
final class HttpApiFilter implements Filter {
    private final HttpApi api;

    HttpApiFilter(HttpApi api) {
        this.api = api;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        HttpPrologue prologue = request.prologue();
        String path = prologue.uriPath().rawPath();
        if (!api.handles(path)) {
            chain.proceed();
            return;
        }
        ApiAnswer answer = api.answer(new ApiRequest(
                prologue.method().text(), path, prologue.query().rawValue(), headers(request), body(request)));
        response.status(Status.create(answer.status()));
        answer.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
        switch (answer) {
            case ApiAnswer.Whole whole -> response.send(whole.body());
            case ApiAnswer.Streamed streamed -> stream(streamed.content(), response);
        }
    }

    private static void stream(ApiAnswer.Content content, RoutingResponse response) {
        try {
            content.writeTo(response.outputStream());
            response.commit();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private static Map<String, String> headers(RoutingRequest request) {
        Map<String, String> headers = new HashMap<>();
        for (Header header : request.headers()) {
            headers.put(header.name().toLowerCase(Locale.ROOT), header.values());
        }
        return headers;
    }

    private static InputStream body(RoutingRequest request) {
        return request.content().hasEntity()
                ? new Body(request.content().inputStream())
                : InputStream.nullInputStream();
    }

    /// A body that fails as streams do when the peer goes before its end; Helidon's has an exception of its own.
    private static final class Body extends FilterInputStream {
        Body(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] into, int from, int most) throws IOException {
            try {
                return super.read(into, from, most);
            } catch (RuntimeException gone) {
                throw new IOException("the body did not come whole", gone);
            }
        }
    }
}
