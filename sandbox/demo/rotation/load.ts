import type { LoadKind, Sent } from "./result";

/** One try; throws, or resolves to what went wrong, or to nothing. */
type Try = () => Promise<string | undefined>;

/** Sends callbacks and requests to the server at a fixed pace, however long the answers take. */
export class Load {
  readonly sent: Sent[] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;

  /**
   * @param server address of the application
   * @param callBack has the platform send a callback, and returns the status of the answer
   * @param everyMs one callback, one order and its query each
   */
  constructor(
    private readonly server: string,
    private readonly callBack: () => Promise<number | undefined>,
    everyMs: number,
  ) {
    this.#timer = setInterval(() => {
      this.#run(() => this.#callback());
      this.#run(() => this.#orderAndQuery());
    }, everyMs);
  }

  /** Ends when everything has been answered. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
  }

  #run(task: () => Promise<void>): void {
    const running = task().finally(() => this.#underWay.delete(running));
    this.#underWay.add(running);
  }

  /** WeChat Pay would send it again; here the first answer counts. */
  async #callback(): Promise<void> {
    await this.#count("callback", async () => {
      const status = await this.callBack();
      if (status === undefined) return "no answer within 5 s";
      return status >= 200 && status < 300 ? undefined : `answered ${status}`;
    });
  }

  async #orderAndQuery(): Promise<void> {
    let id = "";
    await this.#count("order", async () => {
      const response = await fetch(`${this.server}/orders`, { method: "POST" });
      const answer = (await response.json()) as { id?: string; codeUrl?: string };
      id = answer.id ?? "";
      return response.status === 201 && answer.codeUrl ? undefined : `answered ${response.status}`;
    });
    if (id === "") return;
    await this.#count("query", async () => {
      const response = await fetch(`${this.server}/orders/${id}`);
      const answer = (await response.json()) as { state?: string };
      return response.status === 200 && answer.state === "NOTPAY" ? undefined : `answered ${response.status}`;
    });
  }

  async #count(kind: LoadKind, attempt: Try): Promise<void> {
    const failure = await attempt().catch((error: unknown) => (error as Error).message);
    this.sent.push({ kind, ...(failure !== undefined && { failure }) });
  }
}
