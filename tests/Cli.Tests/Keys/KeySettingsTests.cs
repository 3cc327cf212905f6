using System.Security.Cryptography;
using System.Text;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Api.Validation;
using LlmOperator.Cli.Keys;

namespace LlmOperator.Cli.Tests.Keys;

public sealed class KeySettingsTests
{
    private static readonly DateTimeOffset s_now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Create_Keys_AreOf256BitsEachOnceAndTheirHashIsTheirs()
    {
        NewKey[] keys = [.. Enumerable.Range(0, 100).Select(_ => NewKey.Create())];

        Assert.Equal(100, keys.Select(k => k.Text).Distinct().Count());
        Assert.All(
            keys,
            k =>
            {
                Assert.Matches("^llmop_[A-Za-z0-9_-]{43}$", k.Text);
                Assert.Equal(
                    Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(k.Text))),
                    k.Sha256
                );
                Assert.DoesNotContain(k.Text, k.ToString(), StringComparison.Ordinal);
            }
        );
    }

    [Fact]
    public void ToKey_AllSettings_IsASoundKeyWithoutTheKeyItself()
    {
        NewKey made = NewKey.Create();
        RouterKey key = new KeySettings
        {
            Name = "batch",
            Namespace = "team",
            Allowed = ["coder"],
            ExpiresIn = "90d",
            Limits = new RequestLimits { RequestsPerMinute = 60 },
            UsdPerDay = "5.00",
        }.ToKey(made, s_now);

        Assert.Empty(RoutingValidation.Check(key.Spec));
        Assert.Equal(s_now.AddDays(90), key.Spec.Expires);
        Assert.Equal(("usd-per-day", "5.00"), (key.Spec.Budgets![0].Name, key.Spec.Budgets[0].Usd));
        Assert.DoesNotContain(made.Text, key.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("-1d")]
    [InlineData("0s")]
    public void ToKey_UnreadableTime_Throws(string text)
    {
        KeySettings settings = new()
        {
            Name = "a",
            Namespace = "b",
            ExpiresIn = text,
        };

        Assert.Throws<CliException>(() => settings.ToKey(NewKey.Create(), s_now));
    }
}
