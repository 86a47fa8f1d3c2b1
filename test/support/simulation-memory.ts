import type * as memory from "./faults-memory";

/** What thousands of nights or arrangements compute again and again. To be imported before the product is. */
jest.mock("../../provider/domain/certificate", () =>
  rememberingActual("domain/certificate", "parseCertificate"),
);
jest.mock("../../provider/domain/certificate-text", () =>
  rememberingActual("domain/certificate-text", "readCertificateText"),
);
jest.mock("../../provider/domain/private-key", () =>
  rememberingActual("domain/private-key", "publicKeySha256", "privateKeyPem", "readPrivateKey"),
);
jest.mock("../../provider/domain/signing-request", () =>
  rememberingActual("domain/signing-request", "requestSubject"),
);

function rememberingActual(module: string, ...names: string[]): object {
  const { remembering } = jest.requireActual<typeof memory>("./faults-memory");
  return remembering(jest.requireActual<Record<string, unknown>>(`../../provider/${module}`), ...names);
}
