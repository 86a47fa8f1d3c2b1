/**
 * Why an endpoint may not be used; undefined where it may. Secret values come from there, so the way must be
 * encrypted unless it never leaves the machine.
 */
export function endpointProblem(endpoint: string): string | undefined {
  if (!URL.canParse(endpoint)) return "not a URL";
  const { protocol, hostname, username, password } = new URL(endpoint);
  if (username || password) return "a URL with credentials in it";
  if (protocol === "https:") return undefined;
  if (protocol !== "http:") return `a URL of scheme ${protocol.slice(0, -1)}`;
  const isLoopback = hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
  return isLoopback ? undefined : "http to another machine";
}
