using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace LlmOperator.NodeAgent.Peers.Serving;

/// <summary>What a node wants to hear about a peer's units, as the query of the request has it.</summary>
internal sealed record UnitsQuestion
{
    /// <summary>Longest that an answer is held back for news.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>Number of units that the peer had last time; as many are the same ones.</summary>
    public int Known { get; init; }

    /// <summary>
    /// Units whose digests the asker has (bit <c>unit % 8</c> of byte <c>unit / 8</c>): only those of others are told. Null
    /// when it wants none.
    /// </summary>
    public byte[]? Told { get; init; }

    /// <summary>How long the peer may wait for news before it says that there is none.</summary>
    public TimeSpan Wait { get; init; }

    public bool IsTold(int unit) =>
        Told is null || (unit / 8 < Told.Length && (Told[unit / 8] & (1 << (unit % 8))) != 0);

    public string ToQuery() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"?known={Known}&wait={(int)Wait.TotalMilliseconds}{(Told is null ? "" : $"&told={WebEncoders.Base64UrlEncode(Told)}")}"
        );

    /// <summary>Reads a query; what is no number or no list counts as not said.</summary>
    public static UnitsQuestion Read(IQueryCollection query) =>
        new()
        {
            Known = Number(query["known"]),
            Wait = TimeSpan.FromMilliseconds(Math.Min(Number(query["wait"]), LongestWait.TotalMilliseconds)),
            Told = query.TryGetValue("told", out var told) ? Bits(told) : null,
        };

    private static int Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;

    private static byte[] Bits(string? text)
    {
        try
        {
            return WebEncoders.Base64UrlDecode(text ?? "");
        }
        catch (FormatException)
        {
            return [];
        }
    }
}
