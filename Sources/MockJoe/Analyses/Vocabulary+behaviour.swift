// What samples do, in the words of the sandbox: processes, dropped files, signatures with their impact, tactics and
// techniques.

extension Vocabulary {
    static let processes = [
        "C:\\Users\\user\\Desktop\\", "C:\\Windows\\System32\\cmd.exe", "C:\\Windows\\SysWOW64\\WerFault.exe",
        "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe", "C:\\Windows\\System32\\wscript.exe",
        "C:\\Windows\\SysWOW64\\schtasks.exe", "C:\\Windows\\explorer.exe", "C:\\Windows\\SysWOW64\\vssadmin.exe",
    ]
    static let browser = "C:\\Program Files\\Internet Explorer\\iexplore.exe"

    static let droppedPaths = [
        "C:\\Users\\user~1\\AppData\\Local\\Temp\\",
        "C:\\Users\\user\\AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs\\Startup\\",
        "C:\\ProgramData\\", "C:\\Users\\user\\AppData\\Local\\Microsoft\\Windows\\INetCache\\IE\\",
        "C:\\Windows\\Temp\\",
    ]
    static let fileTypes = [
        ("exe", "PE32 executable (GUI) Intel 80386, for MS Windows"),
        ("dll", "PE32 executable (DLL) (GUI) Intel 80386 (stripped to external PDB), for MS Windows"),
        ("tmp", "data"), ("txt", "ASCII text, with very long lines, with CRLF line terminators"),
        ("vbs", "Little-endian UTF-16 Unicode text, with CRLF line terminators"),
        ("png", "PNG image data, 24 x 24, 8-bit/color RGBA, non-interlaced"),
    ]

    struct Rule: Sendable {
        var id: Int
        var text: String
        var tenths: Int  // impact in tenths: 20 and more is malicious
    }

    static let malice = [
        Rule(id: 2012, text: "Allocates memory in foreign processes", tenths: 50),
        Rule(id: 3304, text: "Deletes shadow drive data (may be related to ransomware)", tenths: 100),
        Rule(id: 1187, text: "Injects a PE file into a foreign processes", tenths: 70),
        Rule(id: 2719, text: "Tries to steal Mail credentials (via file access)", tenths: 60),
        Rule(id: 1562, text: "Document exploit detected (process start blacklist hit)", tenths: 90),
        Rule(id: 4410, text: "Snort IDS alert for network traffic (e.g. based on Emerging Threat rules)", tenths: 30),
        Rule(
            id: 1033, text: "System process connects to network (likely due to code injection or exploit)", tenths: 45),
        Rule(id: 2208, text: "Phishing site detected (based on image similarity)", tenths: 80),
    ]
    static let suspicion = [
        Rule(id: 1904, text: "Potential malicious VBS script found (suspicious strings)", tenths: 15),
        Rule(
            id: 2633,
            text: "Found a high number of Window / User specific system calls (may be a loop to detect user behavior)",
            tenths: 10),
        Rule(
            id: 1340, text: "Drops files with a non-matching file extension (content does not match file extension)",
            tenths: 18),
    ]
    static let habits = [
        Rule(id: 51, text: "Performs DNS lookups", tenths: 5), Rule(id: 77, text: "Creates temporary files", tenths: 1),
        Rule(id: 93, text: "Reads ini files", tenths: 0), Rule(id: 118, text: "Spawns processes", tenths: 2),
        Rule(id: 124, text: "Uses an in-process (OLE) Automation server", tenths: 1),
        Rule(id: 206, text: "Queries a list of all running processes", tenths: 4),
        Rule(id: 241, text: "Urls found in memory or binary data", tenths: 5),
    ]

    /// Tactics in the order of the matrix, with techniques; the last letter's case of the ids is a report's own affair.
    static let tactics: [(name: String, techniques: [(id: String, name: String)])] = [
        ("Initial Access", [("T1193", "Spearphishing Attachment"), ("T1189", "Drive-by Compromise")]),
        ("Execution", [("T1059", "Command-Line Interface"), ("T1064", "Scripting"), ("T1086", "PowerShell")]),
        ("Persistence", [("T1060", "Registry Run Keys / Startup Folder"), ("T1053", "Scheduled Task")]),
        ("Privilege Escalation", [("T1055", "Process Injection")]),
        (
            "Defense Evasion",
            [("T1027", "Obfuscated Files or Information"), ("T1036", "Masquerading"), ("T1045", "Software Packing")]
        ),
        ("Credential Access", [("T1003", "Credential Dumping"), ("T1081", "Credentials in Files")]),
        ("Discovery", [("T1057", "Process Discovery"), ("T1082", "System Information Discovery")]),
        ("Lateral Movement", [("T1105", "Remote File Copy")]),
        ("Exfiltration", [("T1022", "Data Encrypted")]),
        (
            "Command and Control",
            [("T1071", "Standard Application Layer Protocol"), ("T1032", "Standard Cryptographic Protocol")]
        ),
    ]

    static let cookbookComments = [
        "Adjust boot time", "Enable AMSI", "Found application associated with file extension: .docx", "Browsing link: ",
        "Close Viewer", "Scroll down", "Stop behavior analysis, all processes terminated",
        "Max analysis timeout: 220s exceeded, the analysis took too long",
    ]

    static let imports = [
        (
            "KERNEL32.dll",
            "LoadLibraryA, GetProcAddress, GetModuleHandleA, VirtualAllocEx, WriteProcessMemory, CreateRemoteThread, "
                + "ReadFile, WriteFile, Sleep"
        ),
        ("USER32.dll", "MessageBoxA, GetForegroundWindow, SetWindowsHookExA, GetAsyncKeyState, wsprintfA"),
        (
            "ADVAPI32.dll",
            "RegOpenKeyExA, RegSetValueExA, RegCloseKey, CryptAcquireContextA, CryptEncrypt, OpenProcessToken"
        ),
        ("WININET.dll", "InternetOpenA, InternetOpenUrlA, InternetReadFile, HttpSendRequestA"),
        ("WS2_32.dll", "WSAStartup, socket, connect, send, recv, gethostbyname"),
    ]
}
