/// Where credentials of common services stand. A header or query key that isn't listed can still carry one; the threat
/// model says so.
public enum KnownCredentials {
    public static let headers: Set<String> = [
        "authorization", "proxy-authorization", "authentication", "x-authorization", "x-api-key", "api-key", "apikey",
        "x-apikey", "x-api-token", "api-token", "x-auth-token", "x-auth-key", "x-auth", "auth-token", "x-access-token",
        "access-token", "x-access-key", "x-secret-key", "x-token", "token", "private-token", "job-token",
        "deploy-token",
        "x-gitlab-token", "x-github-token", "x-goog-api-key", "x-goog-iam-authorization-token", "x-amz-security-token",
        "x-amz-access-token", "x-aws-ec2-metadata-token", "x-vault-token", "x-consul-token", "x-figma-token",
        "x-shopify-access-token", "x-rapidapi-key", "x-functions-key", "ocp-apim-subscription-key", "dd-api-key",
        "dd-application-key", "x-honeycomb-team", "x-algolia-api-key", "x-typesense-api-key", "x-meili-api-key",
        "x-postmark-server-token", "x-postmark-account-token", "x-tableau-auth", "x-cg-pro-api-key", "xi-api-key",
        "x-subscription-token", "x-parse-rest-api-key", "x-parse-master-key", "x-linkedin-id-token", "circle-token",
        "travis-api-token", "x-registry-auth", "x-nuget-apikey", "x-ms-copy-source-authorization",
    ]

    private static let queryKeys: Set<String> = [
        "access_token", "accesstoken", "access_key", "accesskey", "api_key", "apikey", "api-key", "api_token",
        "apitoken",
        "auth", "auth_token", "authtoken", "authorization", "private_token", "job_token", "client_secret", "secret",
        "secret_key", "password", "passwd", "id_token", "refresh_token", "token", "key", "sig", "signature", "jwt",
        "x-amz-signature", "x-amz-credential", "x-amz-security-token", "awsaccesskeyid", "x-goog-signature",
        "x-goog-credential", "googleaccessid", "subscription-key", "appid",
    ]

    /// - Parameter key: decoded; compared without regard to case.
    public static func isQueryKey(_ key: String) -> Bool {
        key.utf8.count <= 32 && queryKeys.contains(key.lowercased())
    }

    /// Whether a text beside a placeholder could be a key of its own: a word of 20 or more letters, digits and `_ - +
    /// / =` with a digit in it. (GitHub, for one, takes a token as the user name of Basic.)
    static func looksLikeKey(_ text: some StringProtocol) -> Bool {
        let words = text.utf8.split { !($0.isAlphanumeric || "_-+/=".utf8.contains($0)) }
        return words.contains { $0.count >= 20 && $0.contains(where: \.isDigit) }
    }
}
