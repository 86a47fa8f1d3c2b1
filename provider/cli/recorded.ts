import type { Validity } from "../domain/lifecycle";
import { printable } from "./printable";
import type { ExportedCredential } from "./stack-export";

/** A century; no argument of ours allows so many. */
const mostDays = 36_525;

/** Reads the recorded values of a credential; what is missing, encrypted or of another type is undefined. */
export class Recorded {
  constructor(private readonly credential: ExportedCredential) {}

  /** An output, else the input of that name. */
  private value(name: string): unknown {
    const { inputs, outputs } = this.credential;
    return Object.hasOwn(outputs, name) ? outputs[name] : inputs[name];
  }

  text(name: string): string | undefined {
    return shown(this.value(name));
  }

  texts(name: string): string[] {
    const value = this.value(name);
    return Array.isArray(value) ? value.flatMap((each) => shown(each) ?? []) : [];
  }

  /** A list of anything. */
  list(name: string): readonly unknown[] | undefined {
    const value = this.value(name);
    return Array.isArray(value) ? value : undefined;
  }

  /** The first line of each. */
  firstLines(name: string): string[] {
    const value = this.value(name);
    return Array.isArray(value)
      ? value.flatMap((each) => (typeof each === "string" ? printable(each.split("\n")[0]!) : []))
      : [];
  }

  /** A whole number of days that a calendar can add. */
  days(name: string): number | undefined {
    const value = this.value(name);
    return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= mostDays
      ? value
      : undefined;
  }

  time(name: string): Date | undefined {
    return time(this.value(name));
  }

  member(name: string, of: string): unknown {
    const value = this.value(name);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[of] : undefined;
  }

  memberText(name: string, of: string): string | undefined {
    return shown(this.member(name, of));
  }

  memberTime(name: string, of: string): Date | undefined {
    return time(this.member(name, of));
  }

  /** Whether there is something by that name: null says that there is none, undefined that nothing is known. */
  has(name: string): boolean | undefined {
    const value = this.value(name);
    return value === undefined ? undefined : value !== null;
  }

  validity(name: string): Validity | undefined {
    const notBefore = this.memberTime(name, "notBefore");
    const notAfter = this.memberTime(name, "notAfter");
    return notBefore && notAfter ? { notBefore, notAfter } : undefined;
  }
}

function shown(value: unknown): string | undefined {
  return typeof value === "string" ? printable(value) : undefined;
}

function time(value: unknown): Date | undefined {
  const isTime = typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);
  const date = new Date(isTime ? value : NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
