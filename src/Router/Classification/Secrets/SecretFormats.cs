using System.Buffers;

namespace LlmOperator.Router.Classification.Secrets;

/// <summary>Formats of keys that services give out, as their documentation and public secret scanners state them.</summary>
internal static class SecretFormats
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";
    private static readonly SearchValues<char> s_alphanumeric = SearchValues.Create(Letters + Digits);
    private static readonly SearchValues<char> s_upper = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + Digits
    );
    private static readonly SearchValues<char> s_lower = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz" + Digits
    );
    private static readonly SearchValues<char> s_hex = SearchValues.Create("abcdefABCDEF" + Digits);
    private static readonly SearchValues<char> s_url = SearchValues.Create(Letters + Digits + "-_");
    private static readonly SearchValues<char> s_dotted = SearchValues.Create(Letters + Digits + "-_.");
    private static readonly SearchValues<char> s_base64 = SearchValues.Create(Letters + Digits + "+/=");
    private static readonly SearchValues<char> s_path = SearchValues.Create(Letters + Digits + "-_/");
    private static readonly SearchValues<char> s_query = SearchValues.Create(Letters + Digits + "-_%+/=");

    /// <summary>All of them; where two fit one place, the first counts.</summary>
    public static IReadOnlyList<SecretFormat> All { get; } =
    [
        // Model providers
        new("anthropic-key", "sk-ant-", s_url, 32, 200),
        new("openrouter-key", "sk-or-v1-", s_hex, 64, 64),
        new("langfuse-key", "sk-lf-", s_url, 36, 36),
        new("openai-project-key", "sk-proj-", s_url, 32, 250),
        new("openai-service-key", "sk-svcacct-", s_url, 32, 250),
        new("openai-admin-key", "sk-admin-", s_url, 32, 250),
        new("openai-key", "sk-", s_alphanumeric, 20, 64),
        new("google-key", "AIza", s_url, 35, 35),
        new("google-oauth-token", "ya29.", s_url, 20, 1024),
        new("google-oauth-secret", "GOCSPX-", s_url, 28, 28),
        new("huggingface-token", "hf_", s_alphanumeric, 30, 40),
        new("huggingface-organisation-token", "api_org_", s_alphanumeric, 34, 34),
        new("replicate-token", "r8_", s_alphanumeric, 37, 40),
        new("groq-key", "gsk_", s_alphanumeric, 48, 56),
        new("xai-key", "xai-", s_alphanumeric, 70, 90),
        new("perplexity-key", "pplx-", s_alphanumeric, 40, 64),
        new("langsmith-key", "lsv2_pt_", s_url, 40, 50),
        new("langsmith-service-key", "lsv2_sk_", s_url, 40, 50),
        new("nvidia-key", "nvapi-", s_url, 60, 80),
        new("fireworks-key", "fw_", s_alphanumeric, 22, 40),
        // Clouds
        new("aws-access-key", "AKIA", s_upper, 16, 16),
        new("aws-session-key", "ASIA", s_upper, 16, 16),
        new("aws-bedrock-key", "ABSK", s_base64, 100, 300),
        new("azure-storage-key", "AccountKey=", s_base64, 80, 100),
        new("azure-shared-key", "SharedAccessKey=", s_base64, 40, 100),
        new("azure-signature", "&sig=", s_query, 40, 100),
        new("digitalocean-token", "dop_v1_", s_hex, 64, 64),
        new("digitalocean-oauth-token", "doo_v1_", s_hex, 64, 64),
        new("alibaba-key", "LTAI", s_alphanumeric, 16, 26),
        new("heroku-key", "HRKU-", s_url, 36, 64),
        new("vault-token", "hvs.", s_url, 24, 200),
        new("vault-batch-token", "hvb.", s_url, 100, 300),
        new("pulumi-token", "pul-", s_hex, 40, 40),
        new("doppler-token", "dp.pt.", s_alphanumeric, 40, 44),
        new("flyio-token", "fo1_", s_url, 40, 50),
        new("tailscale-key", "tskey-", s_url, 20, 80),
        new("supabase-token", "sbp_", s_hex, 40, 40),
        new("planetscale-password", "pscale_pw_", s_dotted, 32, 64),
        new("planetscale-token", "pscale_tkn_", s_dotted, 32, 64),
        new("databricks-token", "dapi", s_hex, 32, 34),
        new("age-key", "AGE-SECRET-KEY-1", s_upper, 58, 58),
        // Code and packages
        new("github-token", "ghp_", s_alphanumeric, 36, 255),
        new("github-oauth-token", "gho_", s_alphanumeric, 36, 255),
        new("github-user-token", "ghu_", s_alphanumeric, 36, 255),
        new("github-server-token", "ghs_", s_alphanumeric, 36, 255),
        new("github-refresh-token", "ghr_", s_alphanumeric, 36, 255),
        new("github-fine-token", "github_pat_", s_url, 60, 100),
        new("gitlab-token", "glpat-", s_dotted, 20, 64),
        new("gitlab-deploy-token", "gldt-", s_url, 20, 64),
        new("gitlab-runner-token", "glrt-", s_dotted, 20, 64),
        new("gitlab-trigger-token", "glptt-", s_hex, 40, 40),
        new("bitbucket-password", "ATBB", s_alphanumeric, 24, 64),
        new("atlassian-token", "ATATT3", s_query, 100, 300),
        new("npm-token", "npm_", s_alphanumeric, 36, 36),
        new("pypi-token", "pypi-AgE", s_url, 50, 300),
        new("rubygems-key", "rubygems_", s_hex, 48, 48),
        new("nuget-key", "oy2", s_lower, 43, 43),
        new("cratesio-token", "cio", s_alphanumeric, 32, 32),
        new("clojars-token", "CLOJARS_", s_hex, 60, 60),
        new("docker-token", "dckr_pat_", s_url, 27, 40),
        new("artifactory-key", "AKCp", s_alphanumeric, 60, 80),
        new("sonarqube-token", "squ_", s_hex, 40, 40),
        new("sonarqube-project-token", "sqp_", s_hex, 40, 40),
        new("postman-key", "PMAK-", s_url, 59, 59),
        new("figma-token", "figd_", s_url, 40, 60),
        new("linear-key", "lin_api_", s_alphanumeric, 40, 40),
        new("notion-token", "ntn_", s_alphanumeric, 40, 60),
        new("contentful-token", "CFPAT-", s_url, 43, 43),
        // Operation
        new("grafana-token", "glsa_", s_url, 41, 41),
        new("grafana-cloud-token", "glc_", s_base64, 32, 400),
        new("newrelic-key", "NRAK-", s_upper, 27, 27),
        new("dynatrace-token", "dt0c01.", s_dotted, 89, 89),
        new("sentry-token", "sntrys_", s_query, 60, 400),
        // Payment and messages
        new("stripe-key", "sk_live_", s_alphanumeric, 16, 128),
        new("stripe-test-key", "sk_test_", s_alphanumeric, 16, 128),
        new("stripe-restricted-key", "rk_live_", s_alphanumeric, 16, 128),
        new("stripe-webhook-secret", "whsec_", s_base64, 32, 64),
        new("square-token", "sq0atp-", s_url, 22, 22),
        new("square-secret", "sq0csp-", s_url, 43, 43),
        new("razorpay-key", "rzp_live_", s_alphanumeric, 14, 24),
        new("shopify-token", "shpat_", s_hex, 32, 32),
        new("shopify-app-token", "shpca_", s_hex, 32, 32),
        new("shopify-secret", "shpss_", s_hex, 32, 32),
        new("easypost-key", "EZAK", s_alphanumeric, 54, 54),
        new("duffel-token", "duffel_live_", s_url, 43, 43),
        new("slack-bot-token", "xoxb-", s_url, 24, 100),
        new("slack-user-token", "xoxp-", s_url, 24, 100),
        new("slack-app-token", "xapp-", s_url, 24, 150),
        new("slack-refresh-token", "xoxe-", s_url, 24, 200),
        new("slack-webhook", "hooks.slack.com/services/", s_path, 40, 60),
        new("discord-webhook", "discord.com/api/webhooks/", s_path, 60, 120),
        new("twilio-key", "SK", s_hex, 32, 32),
        new("sendgrid-key", "SG.", s_dotted, 66, 66),
        new("mailgun-key", "key-", s_hex, 32, 32),
        new("typeform-token", "tfp_", s_dotted, 40, 70),
    ];
}
