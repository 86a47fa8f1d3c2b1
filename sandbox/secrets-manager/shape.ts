import { unreadableInput, validationFailed } from "./service-error";

/** Reads one member of a request, or refuses it as the service's front end does. */
export interface Field<T> {
  read(value: unknown, member: string): T;
}

/** The type of the input that a field reads. */
export type Input<F> = F extends Field<infer T> ? T : never;

export function required<T>(field: Field<T>): Field<T> {
  return {
    read(value, member) {
      if (value === undefined || value === null) {
        throw refused(`Value null at '${member}'`, "Member must not be null");
      }
      return field.read(value, member);
    },
  };
}

export function optional<T>(field: Field<T>): Field<T | undefined> {
  return {
    read: (value, member) => (value === undefined || value === null ? undefined : field.read(value, member)),
  };
}

export function text({ min = 0, max }: { min?: number; max: number }): Field<string> {
  return {
    read(value, member) {
      if (typeof value !== "string") throw unreadableInput(`${member} must be a string.`);
      checkLength(value.length, { min, max }, `Value '${value}' at '${member}'`);
      return value;
    },
  };
}

/** Like `text`, but the limit counts bytes and an error never repeats what was sent. */
export function sensitiveText({ min, max }: { min: number; max: number }): Field<string> {
  return {
    read(value, member) {
      if (typeof value !== "string") throw unreadableInput(`${member} must be a string.`);
      checkLength(Buffer.byteLength(value), { min, max }, `Value at '${member}'`);
      return value;
    },
  };
}

/** A blob, which is Base64 in JSON. */
export function sensitiveBytes({ min, max }: { min: number; max: number }): Field<Buffer> {
  return {
    read(value, member) {
      if (typeof value !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) {
        throw unreadableInput(`${member} must be Base64.`);
      }
      const bytes = Buffer.from(value, "base64");
      checkLength(bytes.length, { min, max }, `Value at '${member}'`);
      return bytes;
    },
  };
}

export const flag: Field<boolean> = {
  read(value, member) {
    if (typeof value !== "boolean") throw unreadableInput(`${member} must be a boolean.`);
    return value;
  },
};

export function wholeNumber({ min, max }: { min?: number; max?: number } = {}): Field<number> {
  return {
    read(value, member) {
      if (!Number.isInteger(value)) throw unreadableInput(`${member} must be a whole number.`);
      const number = value as number;
      const subject = `Value '${number}' at '${member}'`;
      if (min !== undefined && number < min) {
        throw refused(subject, `Member must have value greater than or equal to ${min}`);
      }
      if (max !== undefined && number > max) {
        throw refused(subject, `Member must have value less than or equal to ${max}`);
      }
      return number;
    },
  };
}

export function listOf<T>(item: Field<T>, { min = 0, max = Infinity } = {}): Field<T[]> {
  return {
    read(value, member) {
      if (!Array.isArray(value)) throw unreadableInput(`${member} must be a list.`);
      checkLength(value.length, { min, max }, `Value at '${member}'`);
      return value.map((entry, index) => item.read(entry, `${member}.${index + 1}.member`));
    },
  };
}

/** Members that the shape does not name are ignored, as the service ignores them. */
export function structure<S extends Record<string, Field<unknown>>>(
  fields: S,
): Field<{ [K in keyof S]: Input<S[K]> }> {
  return {
    read(value, member) {
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw unreadableInput(`${member || "The request"} must be an object.`);
      }
      const source = value as Record<string, unknown>;
      const read = Object.entries(fields).map(([name, field]) => {
        const inner = name.charAt(0).toLowerCase() + name.slice(1);
        return [name, field.read(source[name], member ? `${member}.${inner}` : inner)];
      });
      return Object.fromEntries(read) as { [K in keyof S]: Input<S[K]> };
    },
  };
}

function checkLength(length: number, { min, max }: { min: number; max: number }, subject: string): void {
  if (length < min) throw refused(subject, `Member must have length greater than or equal to ${min}`);
  if (length > max) throw refused(subject, `Member must have length less than or equal to ${max}`);
}

function refused(subject: string, constraint: string) {
  return validationFailed(
    `1 validation error detected: ${subject} failed to satisfy constraint: ${constraint}`,
  );
}
