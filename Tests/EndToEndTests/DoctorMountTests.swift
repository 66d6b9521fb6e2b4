// `doctor` on spools that are not in one piece, or not ours: mounts in a namespace of the test's own, and other users.

import Glibc
import Spool
import Subprocess
import SystemPackage
import TestSupport
import Testing

private enum Mounting {
    static let isAllowed =
        geteuid() == 0 && access("/usr/bin/unshare", X_OK) == 0 && access("/bin/mount", X_OK) == 0
        && system("unshare -m true 2>/dev/null") == 0
}

@Suite(.enabled(if: Mounting.isAllowed, "mounting needs root and unshare(1)"))
struct DoctorMountTests {
    /// `doctor --offline` after `preparation`, a shell's, with `$spool` as the spool.
    private func doctor(after preparation: String, by wrapper: String = "") async throws -> Program.Result {
        let folder = try TemporaryFolder.make()
        defer { TemporaryFolder.remove(folder) }
        let program = try Program(in: folder)
        let text = "spool: {path: spool, min_free: 1MB}\nrun: {stages: [map]}\n"
        try WholeFile.replace(folder.appending("config.yaml"), with: Array(text.utf8))
        try Kernel.setMode(folder.appending("config.yaml"), 0o644)
        try Kernel.setMode(folder, 0o755)
        #expect(try await program("init").status == 0)
        // The binary may lie where only root can look: it is brought along.
        let script =
            "set -e; spool=$PWD/spool; touch bin; mount --bind \(program.path) bin; \(preparation); "
            + "exec \(wrapper) ./bin doctor --offline --config config.yaml"
        let result = try await Subprocess.run(
            .path("/usr/bin/unshare"), arguments: ["-m", "sh", "-c", script], environment: Program.environment,
            workingDirectory: folder, input: .none, output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        guard case .exited(let code) = result.terminationStatus else { throw Program.Missing() }
        return Program.Result(status: Int(code), output: result.standardOutput, errors: result.standardError)
    }

    @Test func `another file system inside of the spool is found`() async throws {
        let result = try await doctor(after: "mount -t tmpfs none $spool/outbox/ready")
        #expect(result.status == 78)
        #expect(result.output.contains("/outbox/ready lies on another file system than the spool"), "\(result.output)")
        #expect(result.output.contains("→ stop the stages and unmount it"))
    }

    @Test func `so is a bind mount of the same file system`() async throws {
        let result = try await doctor(after: "mkdir other; mount --bind other $spool/inbox/done")
        #expect(result.status == 78)
        #expect(result.output.contains("/inbox/done lies on another file system"), "\(result.output)")
    }

    @Test func `a disk that is mounted read-only is told`() async throws {
        let result = try await doctor(after: "mount --bind $spool $spool; mount -o remount,ro,bind $spool")
        #expect(result.status == 74, "\(result.output)")
        #expect(result.output.contains("read-only"), "\(result.output)")
    }

    @Test func `a full disk is told`() async throws {
        let result = try await doctor(
            after:
                "mkdir small; mount -t tmpfs -o size=8m none small; cp -a $spool/. small/; mount --move small $spool; "
                + "head -c 20m /dev/zero >$spool/reserve2 2>/dev/null || true")
        #expect(result.status == 74, "\(result.output)")
        #expect(result.output.contains("fetch and map have stopped"), "\(result.output)")
    }

    @Test func `root becomes the spool's owner, and all is well`() async throws {
        let result = try await doctor(after: "chown -R 65534:65534 $spool")
        #expect(result.status == 0, "\(result.output)")
    }

    @Test func `a folder of somebody else's inside of the spool is found`() async throws {
        let result = try await doctor(after: "chown -R 65534:65534 $spool; chown 0:0 $spool/inbox/ready")
        #expect(result.status == 77, "\(result.output)")
        #expect(result.output.contains("/inbox/ready is not ours to write (user 0, mode 700)"), "\(result.output)")
    }

    @Test func `whoever is neither root nor the owner is told whom to run it as`() async throws {
        let result = try await doctor(
            after: "chmod 700 $spool", by: "setpriv --reuid=65534 --regid=65534 --clear-groups")
        #expect(result.status == 77, "\(result.output)")
        #expect(result.output.contains("run as the user that the spool belongs to"), "\(result.output)")
    }
}
