import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.wechat.pay.java.core.Config;
import com.wechat.pay.java.core.http.DefaultHttpClientBuilder;
import com.wechat.pay.java.core.notification.NotificationConfig;
import com.wechat.pay.java.core.notification.RequestParam;
import com.wechat.pay.java.service.payments.model.Transaction;
import com.wechat.pay.java.service.payments.nativepay.NativePayService;
import com.wechat.pay.java.service.payments.nativepay.model.Amount;
import com.wechat.pay.java.service.payments.nativepay.model.PrepayRequest;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** Does what the test says on stdin, a JSON array of tasks, and prints a JSON array of what came of each. */
public final class ShopProgram {
  private final MerchantSecrets secrets;
  private final OkHttpClient http;

  private ShopProgram(String secretsManager, String folder, String wechatPay) {
    SecretsManagerClient client =
        SecretsManagerClient.builder()
            .endpointOverride(URI.create(secretsManager))
            .region(Region.US_EAST_1)
            .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .build();
    secrets = new MerchantSecrets(client, folder);
    HttpUrl sandbox = HttpUrl.get(wechatPay);
    // The SDK knows WeChat Pay's own address only.
    http =
        new OkHttpClient.Builder()
            .addInterceptor(
                chain -> {
                  Request request = chain.request();
                  HttpUrl url =
                      request.url().newBuilder().scheme("http").host(sandbox.host()).port(sandbox.port()).build();
                  return chain.proceed(request.newBuilder().url(url).build());
                })
            .build();
  }

  public static void main(String[] args) {
    ShopProgram program = new ShopProgram(args[0], args[1], args[2]);
    JsonArray results = new JsonArray();
    InputStreamReader input = new InputStreamReader(System.in, StandardCharsets.UTF_8);
    for (JsonElement task : JsonParser.parseReader(input).getAsJsonArray()) {
      try {
        results.add(program.done(task.getAsJsonObject()));
      } catch (RuntimeException failure) {
        results.add(failure.getClass().getSimpleName());
      }
    }
    System.out.println(new Gson().toJson(results));
    // The SDK downloads certificates on a thread of its own, for ever.
    System.exit(0);
  }

  private String done(JsonObject task) {
    String mode = task.get("mode").getAsString();
    return task.has("order") ? order(task.get("order").getAsString(), mode) : callback(task, mode);
  }

  private String order(String number, String mode) {
    Config config = (Config) config(mode, secrets.apiV3Secrets().iterator().next());
    NativePayService payments =
        new NativePayService.Builder()
            .httpClient(new DefaultHttpClientBuilder().okHttpClient(http).config(config).build())
            .build();
    PrepayRequest request = new PrepayRequest();
    request.setAppid("wx8888888888888888");
    request.setMchid("1900000109");
    request.setDescription("A cup");
    request.setOutTradeNo(number);
    request.setNotifyUrl("https://shop.example/paid");
    Amount amount = new Amount();
    amount.setTotal(100);
    request.setAmount(amount);
    return payments.prepay(request).getCodeUrl();
  }

  private String callback(JsonObject task, String mode) {
    JsonObject headers = task.getAsJsonObject("headers");
    RequestParam request =
        new RequestParam.Builder()
            .serialNumber(headers.get("wechatpay-serial").getAsString())
            .timestamp(headers.get("wechatpay-timestamp").getAsString())
            .nonce(headers.get("wechatpay-nonce").getAsString())
            .signature(headers.get("wechatpay-signature").getAsString())
            .body(task.get("body").getAsString())
            .build();
    Transaction paid = secrets.parse(request, Transaction.class, secret -> config(mode, secret));
    return paid.getTradeState().name();
  }

  private NotificationConfig config(String mode, String secret) {
    return mode.equals("public-key")
        ? secrets.publicKeyConfig(secret).build()
        : secrets
            .autoCertificateConfig(secret)
            .httpClientBuilder(new DefaultHttpClientBuilder().okHttpClient(http))
            .build();
  }
}
