using System.Buffers;
using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Classification.Personal;

/// <summary>Finds e-mail addresses of people; addresses of machines and of examples are none.</summary>
internal static class EmailScanner
{
    // RFC 5321, 4.5.3.1.
    private const int LongestLocal = 64;
    private const int LongestDomain = 255;

    private static readonly SearchValues<char> s_local = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._%+-"
    );

    private static readonly SearchValues<char> s_domain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-"
    );

    private static readonly string[] s_machines =
    [
        "git",
        "noreply",
        "no-reply",
        "root",
        "user",
        "admin",
        "name",
    ];

    /// <summary>Adds what it finds.</summary>
    public static void Scan(ReadOnlySpan<char> text, List<Finding> findings)
    {
        int position = 0;
        while (position < text.Length)
        {
            int hit = text[position..].IndexOf('@');
            if (hit < 0)
            {
                return;
            }

            int at = position + hit;
            ReadOnlySpan<char> before = text[Math.Max(position, at - LongestLocal)..at];
            int localLength = before.Length - before.LastIndexOfAnyExcept(s_local) - 1;
            ReadOnlySpan<char> after = text[(at + 1)..Math.Min(text.Length, at + 1 + LongestDomain)];
            int domainLength = after.IndexOfAnyExcept(s_domain);
            domainLength = domainLength < 0 ? after.Length : domainLength;
            position = at + 1;
            ReadOnlySpan<char> local = before[^localLength..].TrimStart('.');
            ReadOnlySpan<char> domain = after[..domainLength].TrimEnd("-.");
            if (IsAddress(local, domain))
            {
                int start = at - local.Length;
                findings.Add(
                    new Finding(DataClasses.PersonalData, "email", start, local.Length + 1 + domain.Length)
                );
                position = at + 1 + domain.Length;
            }
        }
    }

    private static bool IsAddress(ReadOnlySpan<char> local, ReadOnlySpan<char> domain)
    {
        int dot = domain.LastIndexOf('.');
        if (local.IsEmpty || dot < 1 || domain.Contains("..", StringComparison.Ordinal))
        {
            return false;
        }

        ReadOnlySpan<char> top = domain[(dot + 1)..];
        if (top.Length is < 2 or > 24 || top.ContainsAnyExcept(s_letters))
        {
            return false;
        }

        foreach (string machine in s_machines)
        {
            if (local.Equals(machine, StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        ReadOnlySpan<char> second = domain[..dot];
        second = second[(second.LastIndexOf('.') + 1)..];
        return !second.Equals("example", StringComparison.OrdinalIgnoreCase)
            && top is not ("example" or "test" or "invalid" or "local" or "localhost" or "svc")
            && !domain.EndsWith("noreply.github.com", StringComparison.OrdinalIgnoreCase);
    }

    private static readonly SearchValues<char> s_letters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    );
}
