import { endpointProblem, regionPattern } from "../../provider/domain/connection-rules";

it.each([
  "https://secretsmanager.us-east-1.amazonaws.com",
  "https://vpce-0123.secretsmanager.eu-west-1.vpce.amazonaws.com:8443/path",
  "http://localhost:4566",
  "http://127.0.0.1:4566",
  "http://127.9.8.7",
  "http://[::1]:4566",
  "HTTP://LOCALHOST:4566",
])("takes https, and http on loopback: %s", (endpoint) => {
  expect(endpointProblem(endpoint)).toBeUndefined();
});

it.each([
  ["http to another machine", "http://10.0.0.7:4566", "http to another machine"],
  ["http to a name that begins like loopback", "http://127.0.0.1.example.com", "http to another machine"],
  ["http to a name that begins with localhost", "http://localhost.example.com", "http to another machine"],
  ["http to all addresses", "http://0.0.0.0:4566", "http to another machine"],
  ["http to an IPv6 machine", "http://[2001:db8::1]", "http to another machine"],
  ["a loopback address only before the @", "http://127.0.0.1@example.com", "credentials"],
  ["a password", "https://user:secret@example.com", "credentials"],
  ["another scheme", "ftp://localhost", "scheme ftp"],
  ["a scheme that is left out", "localhost:4566", "scheme localhost"],
  ["a file", "file:///etc/passwd", "scheme file"],
  ["no URL", "not a url", "not a URL"],
  ["nothing", "", "not a URL"],
])("refuses %s, because secret values go there", (_name, endpoint, problem) => {
  expect(endpointProblem(endpoint)).toContain(problem);
});

it("never repeats a password", () => {
  expect(endpointProblem("https://user:c4n4ry@example.com")).not.toContain("c4n4ry");
});

it.each(["us-east-1", "cn-north-1", "cn-northwest-1", "us-gov-west-1", "ap-southeast-5", "us-iso-east-1"])(
  "knows the form of a region: %s",
  (region) => expect(region).toMatch(regionPattern),
);

it.each([
  "",
  "us-east",
  "US-EAST-1",
  "us east 1",
  "useast1",
  " us-east-1",
  "us-east-1a",
  "https://us-east-1",
  "us-east-1\n",
])("knows what is not a region: %j", (region) => expect(region).not.toMatch(regionPattern));
