using System.Security.Cryptography;
using System.Text;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Names of ledgers: what they count is a part of the name, so that a budget that counts something else begins anew.</summary>
public static class BudgetLedgerName
{
    /// <summary>What <see cref="LedgerOwner.Budget"/> says in a ledger of request limits.</summary>
    public const string Limits = "requestLimits";

    private const int LongestName = 253;
    private const int HashDigits = 16;

    /// <summary>Name of the ledger of a budget.</summary>
    /// <param name="ownerKind">Kind of the object that has the budget.</param>
    /// <param name="ownerName">Name of that object.</param>
    /// <param name="budget">The budget.</param>
    public static string Of(string ownerKind, string ownerName, Budget budget)
    {
        string unit = budget.Usd is null ? "tokens" : "usd";
        string suffix = $".{budget.Name}.{unit}.{budget.Period.ToString().ToLowerInvariant()}";
        return Of(ownerKind, ownerName, suffix);
    }

    /// <summary>Name of the ledger of an object's request limits.</summary>
    /// <param name="ownerKind">Kind of the object that has the limits.</param>
    /// <param name="ownerName">Name of that object.</param>
    public static string OfLimits(string ownerKind, string ownerName) =>
        Of(ownerKind, ownerName, $".{Limits.ToLowerInvariant()}.minute");

    private static string Of(string ownerKind, string ownerName, string suffix)
    {
        string prefix = $"{ownerKind.ToLowerInvariant()}.{ownerName}";
        if (prefix.Length + suffix.Length <= LongestName)
        {
            return prefix + suffix;
        }

        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(prefix)));
        int kept = LongestName - suffix.Length - HashDigits - 1;
        return $"{prefix[..kept].TrimEnd('.', '-')}-{hash[..HashDigits]}{suffix}";
    }
}
