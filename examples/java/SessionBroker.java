import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;

/** Tenant-scoped credentials from an IAM Session Broker, for clients of the AWS SDK for Java 2. Thread-safe. */
public final class SessionBroker {
  /** What the broker hands out lasts for seven and a half minutes at least, however short the sessions are. */
  private static final Duration RENEW_BEFORE = Duration.ofMinutes(5);
  private static final Duration ASK_AGAIN_AFTER = Duration.ofSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI uri;
  private final String region;
  private final AwsCredentialsProvider own = DefaultCredentialsProvider.builder().build();
  private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
  // HTTP/1.1: on loopback there is no TLS to agree on more with.
  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(Duration.ofSeconds(10)).followRedirects(HttpClient.Redirect.NEVER).build();
  private final Map<String, Tenant> kept;

  /** Signs with the credentials that SDK clients find. Keeps the credentials of the maxTokens tokens used last. */
  public SessionBroker(String endpoint, String region, int maxTokens) {
    uri = URI.create(endpoint.replaceAll("/+$", "") + "/credentials");
    boolean isLoopback = uri.getHost() != null && Set.of("127.0.0.1", "localhost").contains(uri.getHost());
    if (!"https".equals(uri.getScheme()) && !("http".equals(uri.getScheme()) && isLoopback)) {
      throw new IllegalArgumentException("endpoint: must be an https URL; http is for loopback alone");
    }
    this.region = region;
    kept = new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<String, Tenant> eldest) {
        return size() > maxTokens;
      }
    };
  }

  /** For the credentialsProvider of an SDK client. Give every tenant a client of its own. */
  public AwsCredentialsProvider forToken(String token) {
    String digest = digestOf(token);
    synchronized (kept) {
      return kept.computeIfAbsent(digest, unknown -> new Tenant(token));
    }
  }

  /** No credentials. {@code code} is null where the broker itself did not answer, {@code status} 0 where nobody did. */
  public static final class BrokerException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    public final String code;
    public final int status;
    /** Seconds; -1 where the answer named none. */
    public final long retryAfter;

    BrokerException(String message, String code, int status, long retryAfter) {
      super(message);
      this.code = code;
      this.status = status;
      this.retryAfter = retryAfter;
    }

    boolean isDenial() {
      return status / 100 == 4 && status != 429;
    }
  }

  private final class Tenant implements AwsCredentialsProvider {
    private final String token;
    private AwsSessionCredentials credentials;
    private Instant renewAt = Instant.MIN;

    Tenant(String token) {
      this.token = token;
    }

    /** Who asks at once waits for one request. */
    @Override
    public synchronized AwsCredentials resolveCredentials() {
      if (Instant.now().isBefore(renewAt)) return credentials;
      try {
        credentials = ask(token);
        renewAt = expirationOf(credentials).minus(RENEW_BEFORE);
      } catch (BrokerException failure) {
        Instant again = Instant.now().plus(ASK_AGAIN_AFTER);
        // A denial ends what is kept; whatever else fails may pass.
        if (failure.isDenial()) credentials = null;
        if (credentials == null || again.isAfter(expirationOf(credentials))) throw failure;
        renewAt = again;
      }
      return credentials;
    }
  }

  private AwsSessionCredentials ask(String token) {
    HttpResponse<String> response = send(JSON.createObjectNode().put("JWT", token).toString());
    JsonNode answer = parsed(response.body());
    if (response.statusCode() == 200) {
      try {
        return AwsSessionCredentials.builder()
            .accessKeyId(answer.required("AccessKeyId").textValue())
            .secretAccessKey(answer.required("SecretAccessKey").textValue())
            .sessionToken(answer.required("SessionToken").textValue())
            .expirationTime(Instant.parse(answer.required("Expiration").asText()))
            .build();
      } catch (IllegalArgumentException | NullPointerException | DateTimeException incomplete) {
        // Told below.
      }
    }
    int status = response.statusCode();
    String retryAfter = response.headers().firstValue("Retry-After").orElse("");
    String code = answer.path("code").textValue();
    // A gateway's words, or a proxy's, may repeat what was sent.
    String message = code == null ? "the answer is not the broker's: status " + status : answer.path("message").asText();
    throw new BrokerException(message, code, status, retryAfter.matches("\\d{1,9}") ? Long.parseLong(retryAfter) : -1);
  }

  private HttpResponse<String> send(String body) {
    SdkHttpRequest unsigned = SdkHttpRequest.builder().method(SdkHttpMethod.POST).uri(uri)
        .putHeader("Content-Type", "application/json").build();
    SdkHttpRequest signed = signer.sign(sign -> sign.identity(own.resolveCredentials()).request(unsigned)
        .payload(ContentStreamProvider.fromUtf8String(body))
        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "execute-api")
        .putProperty(AwsV4HttpSigner.REGION_NAME, region)).request();
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10))
        .POST(HttpRequest.BodyPublishers.ofString(body));
    // The client writes these itself, and lets nobody else.
    Set<String> written = Set.of("host", "content-length");
    signed.forEachHeader((name, values) -> {
      if (!written.contains(name.toLowerCase(java.util.Locale.ROOT))) values.forEach(value -> request.header(name, value));
    });
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException failure) {
      throw new BrokerException("the broker did not answer: " + failure.getClass().getSimpleName(), null, 0, -1);
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      throw new BrokerException("interrupted", null, 0, -1);
    }
  }

  private static JsonNode parsed(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException notJson) {
      return JSON.createObjectNode();
    }
  }

  private static Instant expirationOf(AwsSessionCredentials credentials) {
    return credentials.expirationTime().orElseThrow();
  }

  private static String digestOf(String token) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
