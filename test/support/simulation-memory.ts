import type * as memory from "./faults-memory";

/** What hundreds of thousands of nights compute again and again. To be imported before the product is. */
jest.mock("../../provider/domain/certificate", () => rememberingActual("certificate", "parseCertificate"));
jest.mock("../../provider/domain/certificate-text", () =>
  rememberingActual("certificate-text", "readCertificateText"),
);
jest.mock("../../provider/domain/private-key", () =>
  rememberingActual("private-key", "publicKeySha256", "privateKeyPem", "readPrivateKey"),
);
jest.mock("../../provider/domain/signing-request", () =>
  rememberingActual("signing-request", "requestSubject"),
);

function rememberingActual(module: string, ...names: string[]): object {
  const { remembering } = jest.requireActual<typeof memory>("./faults-memory");
  return remembering(
    jest.requireActual<Record<string, unknown>>(`../../provider/domain/${module}`),
    ...names,
  );
}
