// Turns the certificates of TransportOptions into settings, so that a wrong file is known at the start and by name,
// not at the first call and as "handshake failed".

import NIOSSL

enum TLSSettings {
    static func make(_ options: TransportOptions) throws(Fault) -> TLSConfiguration {
        var settings = TLSConfiguration.makeClientConfiguration()
        settings.minimumTLSVersion = .tlsv12
        settings.certificateVerification = .fullVerification
        if let pem = options.extraCA {
            settings.additionalTrustRoots = [.certificates(try certificates(pem, "extra CA"))]
        }
        if let client = options.clientCertificate {
            let chain = try certificates(client.chain, "client certificate")
            settings.certificateChain = chain.map { .certificate($0) }
            settings.privateKey = .privateKey(try key(client.key))
        }
        return settings
    }

    private static func certificates(_ pem: TransportOptions.PEM, _ what: String) throws(Fault) -> [NIOSSLCertificate] {
        let found: [NIOSSLCertificate]
        do {
            found =
                switch pem {
                case .file(let path): try NIOSSLCertificate.fromPEMFile(path)
                case .bytes(let bytes): try NIOSSLCertificate.fromPEMBytes(bytes)
                }
        } catch {
            throw unusable(pem, what, error)
        }
        guard !found.isEmpty else { throw Fault(.local, .stageStops, "\(shown(pem, what)) holds no certificate") }
        return found
    }

    private static func key(_ pem: TransportOptions.PEM) throws(Fault) -> NIOSSLPrivateKey {
        do {
            return switch pem {
            case .file(let path): try NIOSSLPrivateKey(file: path, format: .pem)
            case .bytes(let bytes): try NIOSSLPrivateKey(bytes: bytes, format: .pem)
            }
        } catch {
            throw unusable(pem, "key of the client certificate", error)
        }
    }

    private static func shown(_ pem: TransportOptions.PEM, _ what: String) -> String {
        switch pem {
        case .file(let path): "the \(what) \(path)"
        case .bytes: "the \(what)"
        }
    }

    private static func unusable(_ pem: TransportOptions.PEM, _ what: String, _ error: any Error) -> Fault {
        // The library's errors name its own source lines; a missing file is the only one worth telling apart.
        let why =
            if let error = error as? NIOSSLError, error == .noSuchFilesystemObject {
                "there is no such file"
            } else {
                "it cannot be read as PEM; are path, permissions and format right?"
            }
        return Fault(.local, .stageStops, "cannot use \(shown(pem, what)): \(why)")
    }
}
