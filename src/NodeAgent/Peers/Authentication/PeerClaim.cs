using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LlmOperator.NodeAgent.Peers.Authentication;

/// <summary>What one agent says when it asks another: who asks whom for what, when. Signed as a whole.</summary>
internal sealed record PeerClaim
{
    /// <summary>Scheme of the <c>Authorization</c> header.</summary>
    public const string Scheme = "LLMOP-PEER";

    private const int LongestHeader = 2048;

    public required string Method { get; init; }

    /// <summary>Path with its query, as it is sent.</summary>
    public required string Path { get; init; }

    /// <summary>The <c>Range</c> header; empty for none.</summary>
    public string Range { get; init; } = "";

    /// <summary>Node that asks.</summary>
    public required string From { get; init; }

    /// <summary>Node that is asked: what was meant for one node is worth nothing to another.</summary>
    public required string To { get; init; }

    /// <summary>The asker's replica that wants the file, <c>namespace/name</c>; empty for none.</summary>
    public string Replica { get; init; } = "";

    /// <summary>The asker's clock, in milliseconds since 1970.</summary>
    public required long UnixMilliseconds { get; init; }

    /// <summary>Random; used once.</summary>
    public required string Nonce { get; init; }

    /// <summary>The text that is signed. No field can hold a line break, so no two claims have one text.</summary>
    public string Canonical =>
        string.Join(
            '\n',
            Method,
            Path,
            Range,
            From,
            To,
            Replica,
            UnixMilliseconds.ToString(CultureInfo.InvariantCulture),
            Nonce
        );

    /// <summary>The header's value without the scheme.</summary>
    public string ToHeader(string mac) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"from={From},to={To},replica={Replica},time={UnixMilliseconds},nonce={Nonce},mac={mac}"
        );

    /// <summary>Reads a header as <see cref="ToHeader"/> writes it, such as
    /// <c>LLMOP-PEER from=n1,to=n2,replica=default/demo-n1,time=1764000000000,nonce=…,mac=…</c>.</summary>
    public static bool TryRead(
        string? header,
        string method,
        string path,
        string range,
        [NotNullWhen(true)] out PeerClaim? claim,
        out string mac
    )
    {
        (claim, mac) = (null, "");
        if (
            header is null
            || header.Length > LongestHeader
            || !header.StartsWith(Scheme + " ", StringComparison.Ordinal)
        )
        {
            return false;
        }

        Dictionary<string, string> fields = [];
        foreach (string field in header[(Scheme.Length + 1)..].Split(','))
        {
            string[] parts = field.Trim().Split('=', 2);
            if (parts.Length != 2 || !fields.TryAdd(parts[0], parts[1]))
            {
                return false;
            }
        }

        string Field(string name) => fields.GetValueOrDefault(name, "");
        if (
            !long.TryParse(Field("time"), NumberStyles.None, CultureInfo.InvariantCulture, out long time)
            || Field("from").Length == 0
            || Field("nonce").Length < PeerKey.NonceCharacters
        )
        {
            return false;
        }

        mac = Field("mac");
        claim = new PeerClaim
        {
            Method = method,
            Path = path,
            Range = range,
            From = Field("from"),
            To = Field("to"),
            Replica = Field("replica"),
            UnixMilliseconds = time,
            Nonce = Field("nonce"),
        };
        return true;
    }
}
