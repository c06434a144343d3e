import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/** An application that reads its tenants' objects. */
public final class Application {
  private final SessionBroker broker = new SessionBroker(System.getenv("ISB_API_ENDPOINT"), "eu-west-1", 1_000);
  private final SdkHttpClient http = UrlConnectionHttpClient.create(); // shared: it holds the connections

  public String read(String jwt, String bucket, String key) {
    try (S3Client s3 = S3Client.builder().httpClient(http).credentialsProvider(broker.forToken(jwt)).build()) {
      return s3.getObjectAsBytes(get -> get.bucket(bucket).key(key)).asString(StandardCharsets.UTF_8);
    }
  }
}
