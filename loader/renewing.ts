/** A function that gives what `build` makes, and makes it anew when there are other versions. */
export function renewing<T>(build: () => T | Promise<T>, present: () => Promise<string>): () => Promise<T> {
  let built: { versions: string; client: Promise<T> } | undefined;
  return async () => {
    // Those from before: a credential that changes meanwhile, or is read for the first time, means one more client.
    const versions = await present();
    if (built?.versions === versions) return built.client;
    const made = { versions, client: Promise.resolve(build()) };
    built = made;
    try {
      await made.client;
    } catch {
      if (built === made) built = undefined;
    }
    return made.client;
  };
}
