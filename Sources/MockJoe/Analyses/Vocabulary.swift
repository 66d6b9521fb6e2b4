// The words that generated analyses are made of: names of samples, machines, families, networks, signatures.
// Invented or generic throughout; the shapes are those of real reports.

enum Vocabulary {
    static let versions = [
        Version(major: 24, name: "Fire Opal"), Version(major: 25, name: "Tiger's Eye"),
        Version(major: 26, name: "Aquamarine"), Version(major: 28, name: "Lapis Lazuli"),
    ]
    static let oldVersions = [Version(major: 20, name: ""), Version(major: 21, name: "")]

    static let systems = [
        System(
            name: "w7x64_office",
            description:
                "Windows 7 x64 (<b>Office 2003 SP3</b>, Java 1.8.0_40, Flash 16.0.0.305, Acrobat Reader 11.0.08, "
                + "Internet Explorer 11, Chrome 41, Firefox 36)",
            arch: "WINDOWS"),
        System(
            name: "w7_1",
            description: "Windows 7 (<b>Office 2010 SP2</b>, Java 1.8.0_40 1.8.0_191, Flash 16.0.0.305, Acrobat Reader "
                + "11.0.08, Internet Explorer 11, Chrome 55, Firefox 43)",
            arch: "WINDOWS"),
        System(
            name: "w10x64_office",
            description:
                "Windows 10 64 bit (version 1803) with <b>Office 2016</b>, Adobe Reader DC 19, Chrome 70, Firefox 63, "
                + "Java 8.171, Flash 30.0.0.113",
            arch: "WINDOWS"),
        System(
            name: "w10x64_21h1_office",
            description:
                "Windows 10 64 bit 21H1 with <b>Office Professional Plus 2019</b>, Chrome 104, Firefox 88, Java 8",
            arch: "WINDOWS"),
        System(name: "ubuntu1", description: "Ubuntu Linux 16.04 x64 (Kernel 4.4.0-116, Firefox 59.0)", arch: "LINUX"),
    ]

    static let families = ["Emotet", "TrickBot", "AgentTesla", "FormBook", "Lokibot", "njRat", "GandCrab", "Unknown"]
    static let classes = ["troj.evad.", "rans.evad.", "spyw.evad.", "expl.troj.evad.", "bank.troj."]
    static let tags = ["invoice", "mail", "incident-2231", "dridex?", "triage", "üben"]
    static let submitterComments = [
        "", "", "()", "from the mail gateway", "Kunde meldet Verschlüsselung seiner Dateien",
        " Sample was extracted from sample-248600-5b2.zip / archive\n",
    ]

    static let executables = [
        "setup.exe", "Invoice_2231.exe", "chrome_update.exe", "xiaoqi.exe", "svchost32.exe", "Payment Advice.scr",
    ]
    static let documents = [
        "Rechnung.doc", "report Q4.docx", "PO-99812.xlsm", "contract.rtf", "scan0012.pdf", "67.0939148037769.docx",
    ]
    static let scripts = ["invoice.vbs", "update.js", "run.ps1", "track & trace.hta", "macro.bat", "install.wsf"]
    static let foreignNames = [
        "Überweisung März.exe", "счёт-фактура.doc", "請求書_2018年12月.docm", "فاتورة.exe", "Αποδεικτικό.scr",
        "🧾 receipt 💶.exe", "naïve\u{0301} café.exe",
    ]
    /// Numbers that come out of the conversion as JSON numbers, and one that must not.
    static let numericNames = ["12345", "20190128", "0", "7.25", "007"]
    /// Escape sequences, a bell, direction marks, markup, a path: what must never reach a terminal or a path raw.
    static let hostileNames = [
        "\u{1B}[31mred\u{1B}[0m\u{1B}]0;owned\u{07}.exe", "annual_\u{202E}fdp.exe", "..\\..\\windows\\evil.exe",
        "<script>alert(1)</script>.exe", "a\tb\nc\"d'e.exe", "zero\u{200B}width\u{FEFF}.exe",
        "\u{2066}isolate\u{2069}.scr",
        "$(reboot) `id` %n%s.exe", "\u{9B}2Jc1.exe\u{7F}",
    ]

    static let tops = ["com", "net", "org", "info", "ru", "top", "xyz", "biz", "de", "cc"]
    static let syllables = [
        "nova", "quick", "terra", "pay", "cloud", "doc", "sky", "blue", "ware", "fast", "line", "gate", "mark", "iron",
        "vex", "lumo",
    ]
    static let paths = [
        "gate.php", "wp-content/upd/", "panel/five/fre.php", "img/logo.png", "api/v1/check", "dl/1.exe", "index.html",
    ]
    static let goodHosts = [
        "www.google.com", "ocsp.digicert.com", "crl.microsoft.com", "fonts.gstatic.com", "www.msftncsi.com",
        "ajax.googleapis.com",
    ]

    /// Prefixes of public networks with where they are and whose.
    static let networks = [
        Network(
            prefix: "185.195", country: "Russian Federation", code3: "RUS", code2: "ru", asn: "197695", owner: "REGRU"),
        Network(prefix: "89.163", country: "Germany", code3: "DEU", code2: "de", asn: "24961", owner: "MYLOC-AS"),
        Network(
            prefix: "104.27", country: "United States", code3: "USA", code2: "us", asn: "13335", owner: "CLOUDFLARENET"),
        Network(prefix: "172.217", country: "United States", code3: "USA", code2: "us", asn: "15169", owner: "GOOGLE"),
        Network(
            prefix: "5.188", country: "Russian Federation", code3: "RUS", code2: "ru", asn: "49453",
            owner: "GLOBALLAYER"),
        Network(prefix: "45.76", country: "Netherlands", code3: "NLD", code2: "nl", asn: "20473", owner: "AS-CHOOPA"),
        Network(prefix: "51.75", country: "France", code3: "FRA", code2: "fr", asn: "16276", owner: "OVH"),
        Network(prefix: "195.154", country: "France", code3: "FRA", code2: "fr", asn: "12876", owner: "AS12876"),
        Network(
            prefix: "36.89", country: "Indonesia", code3: "IDN", code2: "id", asn: "17974", owner: "TELKOMNET-AS2-AP"),
        Network(
            prefix: "190.213", country: "Trinidad and Tobago", code3: "TTO", code2: "tt", asn: "27665",
            owner: "ColumbusNetwork"),
        Network(
            prefix: "2a02:4780:8", country: "Lithuania", code3: "LTU", code2: "lt", asn: "47583", owner: "AS-HOSTINGER"),
    ]

    struct Network: Sendable {
        var prefix: String
        var country: String
        var code3: String
        var code2: String
        var asn: String
        var owner: String
    }
}
