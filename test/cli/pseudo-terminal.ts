import { spawn, spawnSync } from "node:child_process";
import { text } from "node:stream/consumers";

/** What a person, or the machine, does once the screen shows a certain text. */
export type Deed = "enter" | "ctrl-c" | "ctrl-z, enter" | "sigterm" | "sighup";

/** What a program left behind that ran on a pseudo-terminal. */
export interface Performance {
  /** Everything that it wrote there. */
  screen: string;
  exitCode: number;
}

/**
 * Runs a program as the leader of a session on a terminal of its own, as a terminal emulator does; Node.js alone
 * cannot. The exit code is that of a shell: 128 and more for a signal.
 */
const driver = `
import base64, json, os, pty, select, signal, struct, sys, fcntl, termios, time
task = json.load(sys.stdin)
child, terminal = pty.fork()
if child == 0:
    os.execve(task["program"], [task["program"], *task["args"]], task["environment"])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
screen, acted, deadline = b"", False, time.monotonic() + 60
while time.monotonic() < deadline:
    if select.select([terminal], [], [], 0.1)[0]:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            part = b""
        if not part:
            break
        screen += part
    if not acted and task["cue"].encode() in screen:
        acted = True
        deed = task["deed"]
        if deed == "enter": os.write(terminal, b"\\r")
        if deed == "ctrl-c": os.write(terminal, b"\\x03")
        if deed == "ctrl-z, enter":
            os.write(terminal, b"\\x1a")
            time.sleep(0.3)
            os.write(terminal, b"\\r")
        if deed == "sigterm": os.kill(child, signal.SIGTERM)
        if deed == "sighup": os.kill(child, signal.SIGHUP)
else:
    os.kill(child, signal.SIGKILL)
_, status = os.waitpid(child, 0)
code = os.waitstatus_to_exitcode(status)
json.dump({"screen": base64.b64encode(screen).decode(), "exitCode": code if code >= 0 else 128 - code}, sys.stdout)
`;

/** Why no pseudo-terminal can be had; undefined where one can. In CI that is an error. */
export function noPseudoTerminal(): string | undefined {
  const { status } = spawnSync("python3", ["-c", "import pty, os; os.waitstatus_to_exitcode"]);
  if (status === 0) return undefined;
  const reason =
    "reveal is not tried on a real terminal: that needs python3, 3.9 or later, with its module pty";
  if (process.env.CI === "true") throw new Error(reason);
  return reason;
}

export async function onPseudoTerminal(task: {
  program: string;
  args: readonly string[];
  environment: Record<string, string>;
  /** Text that the deed waits for. */
  cue: string;
  deed: Deed;
}): Promise<Performance> {
  const python = spawn("python3", ["-c", driver], { stdio: ["pipe", "pipe", "inherit"] });
  python.stdin.end(JSON.stringify(task));
  const { screen, exitCode } = JSON.parse(await text(python.stdout)) as { screen: string; exitCode: number };
  return { screen: Buffer.from(screen, "base64").toString("utf8"), exitCode };
}
