using System.Text;

namespace LlmOperator.Router.Tests.Classification;

/// <summary>
/// Keys as services give them out, drawn anew: no key stands in the source. In a template <c>{a36}</c> is 36 letters and
/// digits, <c>{u…}</c> upper case and digits, <c>{l…}</c> lower case and digits, <c>{h…}</c> hexadecimal, <c>{b…}</c>
/// base64, <c>{w…}</c> letters, digits, dash and underscore.
/// </summary>
internal static class SecretSamples
{
    public static IReadOnlyList<(string Kind, string Template)> All { get; } =
    [
        ("aws-access-key", "AKIA{u16}"),
        ("aws-session-key", "ASIA{u16}"),
        ("anthropic-key", "sk-ant-api03-{w86}-{w6}AA"),
        ("openai-key", "sk-{a48}"),
        ("openai-project-key", "sk-proj-{w74}T3BlbkFJ{w74}"),
        ("openai-service-key", "sk-svcacct-{w60}"),
        ("openrouter-key", "sk-or-v1-{h64}"),
        ("google-key", "AIza{w35}"),
        ("google-oauth-token", "ya29.{w120}"),
        ("google-oauth-secret", "GOCSPX-{w28}"),
        ("huggingface-token", "hf_{a34}"),
        ("replicate-token", "r8_{a37}"),
        ("groq-key", "gsk_{a52}"),
        ("xai-key", "xai-{a80}"),
        ("perplexity-key", "pplx-{a48}"),
        ("nvidia-key", "nvapi-{w64}"),
        ("github-token", "ghp_{a36}"),
        ("github-oauth-token", "gho_{a36}"),
        ("github-user-token", "ghu_{a36}"),
        ("github-server-token", "ghs_{a36}"),
        ("github-refresh-token", "ghr_{a76}"),
        ("github-fine-token", "github_pat_{a22}_{a59}"),
        ("gitlab-token", "glpat-{w20}"),
        ("gitlab-runner-token", "glrt-{w20}"),
        ("gitlab-trigger-token", "glptt-{h40}"),
        ("atlassian-token", "ATATT3{w180}"),
        ("npm-token", "npm_{a36}"),
        ("pypi-token", "pypi-AgEIcHlwaS5vcmcC{w90}"),
        ("rubygems-key", "rubygems_{h48}"),
        ("nuget-key", "oy2{l43}"),
        ("cratesio-token", "cio{a32}"),
        ("docker-token", "dckr_pat_{w27}"),
        ("artifactory-key", "AKCp{a69}"),
        ("sonarqube-token", "squ_{h40}"),
        ("postman-key", "PMAK-{h24}-{h34}"),
        ("linear-key", "lin_api_{a40}"),
        ("notion-token", "ntn_{a46}"),
        ("digitalocean-token", "dop_v1_{h64}"),
        ("databricks-token", "dapi{h32}"),
        ("vault-token", "hvs.{w90}"),
        ("pulumi-token", "pul-{h40}"),
        ("doppler-token", "dp.pt.{a43}"),
        ("tailscale-key", "tskey-auth-{a16}-{a32}"),
        ("supabase-token", "sbp_{h40}"),
        ("planetscale-password", "pscale_pw_{w43}"),
        ("grafana-token", "glsa_{a32}_{h8}"),
        ("newrelic-key", "NRAK-{u27}"),
        ("dynatrace-token", "dt0c01.{u24}.{u64}"),
        ("stripe-key", "sk_live_{a24}"),
        ("stripe-restricted-key", "rk_live_{a24}"),
        ("stripe-webhook-secret", "whsec_{b32}"),
        ("square-token", "sq0atp-{w22}"),
        ("shopify-token", "shpat_{h32}"),
        ("slack-bot-token", "xoxb-{d12}-{d13}-{a24}"),
        ("slack-user-token", "xoxp-{d12}-{d12}-{h32}"),
        ("slack-app-token", "xapp-1-{u11}-{d13}-{h64}"),
        ("slack-webhook", "https://hooks.slack.com/services/T{u8}/B{u8}/{a24}"),
        ("discord-webhook", "https://discord.com/api/webhooks/{d18}/{w68}"),
        ("twilio-key", "SK{h32}"),
        ("sendgrid-key", "SG.{w22}.{w43}"),
        ("mailgun-key", "key-{h32}"),
        ("age-key", "AGE-SECRET-KEY-1{u58}"),
        (
            "azure-storage-key",
            "DefaultEndpointsProtocol=https;AccountName=a;AccountKey={b86}==;EndpointSuffix=core"
        ),
        ("azure-shared-key", "Endpoint=sb://x/;SharedAccessKeyName=k;SharedAccessKey={b43}="),
        ("azure-signature", "https://a.blob.core/x?sv=2024&sig={a43}%3D&se=1"),
        ("private-key", "-----BEGIN RSA PRIVATE KEY-----\n{b64}\n{b64}\n-----END RSA PRIVATE KEY-----"),
        ("private-key", "-----BEGIN OPENSSH PRIVATE KEY-----\n{b70}\n-----END OPENSSH PRIVATE KEY-----"),
        ("private-key", "-----BEGIN PRIVATE KEY-----\\n{b64}\\n{b64}"),
        ("json-web-token", "eyJ{w33}.eyJ{w80}.{w43}"),
        ("url-password", "postgres://app:{a14}@db.internal:5432/app"),
        ("url-password", "amqp://user:{a9}@rabbit/vhost"),
        ("assigned-secret", "DB_PASSWORD={a16}7a"),
        ("assigned-secret", "\"api_key\": \"{a30}7a\""),
        ("assigned-secret", "Server=db;User Id=sa;Password={a12}7a;Encrypt=true"),
        ("assigned-secret", "Authorization: Bearer {a40}7a"),
        ("assigned-secret", "client_secret = '{a20}9Z'"),
        ("random-text", "use this one: {a44}"),
    ];

    public static string Draw(string template, Random random)
    {
        StringBuilder text = new();
        int position = 0;
        while (position < template.Length)
        {
            int open = template.IndexOf('{', position);
            if (open < 0)
            {
                return text.Append(template, position, template.Length - position).ToString();
            }

            int close = template.IndexOf('}', open);
            text.Append(template, position, open - position);
            string alphabet = Alphabet(template[open + 1]);
            for (int i = int.Parse(template[(open + 2)..close]); i > 0; i--)
            {
                // The last is no dash: a sentence's end would not belong to the key.
                char c;
                do
                {
                    c = alphabet[random.Next(alphabet.Length)];
                } while (i == 1 && !char.IsLetterOrDigit(c));
                text.Append(c);
            }

            position = close + 1;
        }

        return text.ToString();
    }

    private static string Alphabet(char kind)
    {
        const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        const string Lower = "abcdefghijklmnopqrstuvwxyz";
        const string Digits = "0123456789";
        return kind switch
        {
            'u' => Upper + Digits,
            'l' => Lower + Digits,
            'h' => "abcdef" + Digits,
            'd' => Digits,
            'b' => Upper + Lower + Digits + "+/",
            'w' => Upper + Lower + Digits + "-_",
            _ => Upper + Lower + Digits,
        };
    }
}
