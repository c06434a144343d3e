// Drives examples/java: answers each line of standard input, a JSON object, with one.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

final class Drive {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Drive() {}

  public static void main(String[] arguments) throws IOException {
    Application application = new Application();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String text = in.readLine(); text != null; text = in.readLine()) {
      ObjectNode answer = JSON.createObjectNode();
      try {
        answer.put("text", ask(application, JSON.readTree(text)));
      } catch (Exception failure) {
        answer.put("error", failure.getMessage());
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
          if (cause instanceof SessionBroker.BrokerException denied) {
            answer.put("error", denied.getMessage()).put("code", denied.code);
            answer.put("status", denied.status).put("retryAfter", denied.retryAfter);
          }
        }
      }
      System.out.println(answer);
    }
  }

  private static String ask(Application application, JsonNode line) throws Exception {
    if (!line.has("tokens")) {
      return application.read(line.get("token").asText(), line.get("bucket").asText(), line.get("key").asText());
    }
    String endpoint = System.getenv("ISB_API_ENDPOINT");
    SessionBroker broker = new SessionBroker(endpoint, "eu-west-1", line.get("maxTokens").asInt());
    int atOnce = line.get("atOnce").asInt();
    ExecutorService threads = Executors.newFixedThreadPool(atOnce);
    try {
      for (JsonNode token : line.get("tokens")) {
        List<Callable<Object>> calls = new ArrayList<>();
        for (int n = 0; n < atOnce; n++) calls.add(() -> broker.forToken(token.asText()).resolveCredentials());
        for (Future<Object> call : threads.invokeAll(calls)) call.get();
      }
    } finally {
      threads.shutdown();
    }
    return "asked";
  }
}
