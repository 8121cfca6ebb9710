import Crypto
import Foundation
import SwiftASN1
import TestSupport
import Testing
import X509

@testable import Certificates

@Suite struct CertificateAuthorityTests {
    @Test("the first start makes an authority that the next start reads; the key is 0600")
    func makesOnce() throws {
        try withTemporaryFolder { path in
            let folder = URL(fileURLWithPath: path)
            let made = try CertificateAuthority.loadOrMake(in: folder)
            let read = try CertificateAuthority.loadOrMake(in: folder)
            #expect(made.certificatePEM == read.certificatePEM)
            let mode = try FileManager.default.attributesOfItem(atPath: path + "/ca-key.pem")[.posixPermissions]
            #expect((mode as? NSNumber)?.intValue == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == ["ca-key.pem", "ca.pem"])
        }
    }

    @Test("an authority that was put there before the first start is taken as it is")
    func given() throws {
        try withTemporaryFolder { path in
            let folder = URL(fileURLWithPath: path)
            let given = try CertificateAuthority.make()
            let (certificate, key) = (path + "/ca.pem", path + "/ca-key.pem")
            try given.certificatePEM.write(toFile: certificate, atomically: false, encoding: .utf8)
            try given.key.pemRepresentation.write(toFile: key, atomically: false, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
            let taken = try CertificateAuthority.loadOrMake(in: folder)
            #expect(taken.certificatePEM == given.certificatePEM)
            #expect(try String(contentsOfFile: key, encoding: .utf8) == given.key.pemRepresentation)
        }
    }

    @Test("a key without its certificate is never written over; a first start that was cut off is brought to its end")
    func halves() throws {
        try withTemporaryFolder { path in
            let folder = URL(fileURLWithPath: path)
            let made = try CertificateAuthority.loadOrMake(in: folder)
            let (certificate, key) = (path + "/ca.pem", path + "/ca-key.pem")
            try FileManager.default.moveItem(atPath: certificate, toPath: certificate + ".new")
            #expect(try CertificateAuthority.loadOrMake(in: folder).certificatePEM == made.certificatePEM)
            try CertificateAuthority.make().certificatePEM
                .write(toFile: certificate + ".new", atomically: false, encoding: .utf8)
            try FileManager.default.removeItem(atPath: certificate)
            #expect(throws: CertificateAuthorityError.halfMissing(missing: certificate)) {
                try CertificateAuthority.loadOrMake(in: folder)
            }
            #expect(try String(contentsOfFile: key, encoding: .utf8) == made.key.pemRepresentation)
        }
    }

    @Test("a key that others may read, a missing half, nonsense and a foreign key are refused by name")
    func refusals() throws {
        try withTemporaryFolder { path in
            let folder = URL(fileURLWithPath: path)
            _ = try CertificateAuthority.loadOrMake(in: folder)
            let key = folder.appendingPathComponent("ca-key.pem")
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: key.path)
            #expect(throws: CertificateAuthorityError.openToOthers(file: key.path)) {
                try CertificateAuthority.loadOrMake(in: folder)
            }
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key.path)
            let foreign = P256.Signing.PrivateKey().pemRepresentation
            try foreign.write(to: key, atomically: false, encoding: .utf8)
            let certificate = folder.appendingPathComponent("ca.pem")
            #expect(throws: CertificateAuthorityError.keyMismatch(certificate: certificate.path, key: key.path)) {
                try CertificateAuthority.loadOrMake(in: folder)
            }
            try "nonsense".write(to: key, atomically: false, encoding: .utf8)
            #expect(throws: CertificateAuthorityError.notPEM(file: key.path, expected: "private key")) {
                try CertificateAuthority.loadOrMake(in: folder)
            }
            try FileManager.default.removeItem(at: key)
            #expect(throws: CertificateAuthorityError.halfMissing(missing: key.path)) {
                try CertificateAuthority.loadOrMake(in: folder)
            }
        }
    }

    @Test("an authority outside its validity is refused")
    func validity() throws {
        let made = try CertificateAuthority.make()
        let later = Date().addingTimeInterval(4_000 * 86_400)
        #expect(throws: CertificateAuthorityError.outsideValidity(file: "c")) {
            try CertificateAuthority(certificate: made.certificate, key: made.key, origin: ("c", "k"), at: later)
        }
    }

    @Test("a leaf may not sign others")
    func notAnAuthority() throws {
        let issuer = try LeafIssuer(authority: .make())
        let leaf = try issuer.mint(#require(LeafName("api.example.com")), at: Date())
        let certificate = try Certificate(pemEncoded: leaf.chainPEM)
        let key = try P256.Signing.PrivateKey(pemRepresentation: leaf.keyPEM)
        #expect(throws: CertificateAuthorityError.notAnAuthority(file: "c")) {
            try CertificateAuthority(certificate: certificate, key: key, origin: ("c", "k"), at: Date())
        }
    }

    @Test(
        "a leaf names its host, or its address, and lasts a day",
        arguments: ["api.example.com", "192.0.2.7", "2001:db8::7"])
    func leaves(name: String) throws {
        let authority = try CertificateAuthority.make()
        let now = Date()
        let leaf = try LeafIssuer(authority: authority).mint(#require(LeafName(name)), at: now)
        let certificate = try Certificate(pemEncoded: leaf.chainPEM)
        #expect(certificate.notValidBefore < now && certificate.notValidAfter <= now.addingTimeInterval(86_401))
        #expect(authority.certificate.publicKey.isValidSignature(certificate.signature, for: certificate))
        let names = try #require(try certificate.extensions.subjectAlternativeNames)
        #expect(names.count == 1)
        #expect(leaf.version.hasPrefix(try authority.fingerprint))
    }
}
