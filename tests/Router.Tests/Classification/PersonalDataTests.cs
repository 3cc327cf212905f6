using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Classification;

namespace LlmOperator.Router.Tests.Classification;

public sealed class PersonalDataTests
{
    private static readonly CompiledDataClass[] s_personal =
    [
        CompiledDataClass.Compile(new DataClassRule { Name = DataClasses.PersonalData }),
    ];

    // Numbers that the issuers publish for tests, or that were computed from the rule.
    [Theory]
    [InlineData("iban", "DE89370400440532013000")]
    [InlineData("iban", "DE89 3704 0044 0532 0130 00")]
    [InlineData("iban", "GB82 WEST 1234 5698 7654 32")]
    [InlineData("iban", "FR1420041010050500013M02606")]
    [InlineData("iban", "NO93 8601 1117 947")]
    [InlineData("card", "4111 1111 1111 1111")]
    [InlineData("card", "5555-5555-5555-4444")]
    [InlineData("card", "378282246310005")]
    [InlineData("card", "6011111111111117")]
    [InlineData("card", "3530111333300000")]
    [InlineData("card", "30569309025904")]
    [InlineData("email", "jane.doe+news@mail.acme-corp.co.uk")]
    [InlineData("phone", "+49 30 901820")]
    [InlineData("phone", "+1 (415) 555-2671")]
    [InlineData("phone", "+81-3-1234-5678")]
    [InlineData("ssn", "219-09-9999")]
    [InlineData("cpf", "529.982.247-25")]
    [InlineData("dni", "12345678Z")]
    [InlineData("nir", "2 55 08 14 168 025 38")]
    [InlineData("identity-number", "44051401359")]
    [InlineData("tax-id", "86 095 742 719")]
    [InlineData("aadhaar", "2341 2341 2346")]
    [InlineData("resident-id", "11010519491231002X")]
    public void Scan_NumberWithAValidChecksum_IsFoundWhole(string kind, string value)
    {
        string text = $"Write to the customer, {value}, today.";

        Finding found = Assert.Single(TextClassifier.Scan(text, s_personal));

        Assert.Equal((kind, value), (found.Kind, text.Substring(found.Start, found.Length)));
    }

    [Theory]
    [InlineData("DE88370400440532013000")]
    [InlineData("4111 1111 1111 1112")]
    [InlineData("44051401358")]
    [InlineData("529.982.247-26")]
    [InlineData("12345678A")]
    [InlineData("000-12-3456")]
    [InlineData("2341 2341 2347")]
    [InlineData("110105194912310021")]
    [InlineData("git@github.com:org/repo.git")]
    [InlineData("user@example.com")]
    [InlineData("@decorator.method")]
    [InlineData("version 10.0.19041.1 of 2026-11-25 17:16:04")]
    [InlineData("0x4111111111111111")]
    [InlineData("id_4111111111111111")]
    [InlineData("3.14159265358979323846")]
    [InlineData("1732554964123")]
    public void Scan_WhatOnlyLooksLikePersonalData_IsNotFound(string text) =>
        Assert.Empty(TextClassifier.Scan($"see {text} here", s_personal));

    [Theory]
    [InlineData("42 4111-1111-1111-1111 7", "4111-1111-1111-1111")]
    [InlineData("item 3 - 4111 1111 1111 1111 - 2 pieces", "4111 1111 1111 1111")]
    [InlineData("in 2026 529.982.247-25 came", "529.982.247-25")]
    [InlineData("7 +49 30 901820 9", "+49 30 901820")]
    public void Scan_OtherNumbersBeside_HideNothing(string text, string value)
    {
        Finding found = TextClassifier.Scan(text, s_personal)[0];

        Assert.StartsWith(value, text.Substring(found.Start, found.Length), StringComparison.Ordinal);
    }

    [Fact]
    public void Scan_EveryOtherCheckDigit_IsNotACard()
    {
        // Luhn: of the ten last digits one is right.
        int found = Enumerable
            .Range(0, 10)
            .Count(d => TextClassifier.Scan($"card 411111111111111{d}", s_personal).Count == 1);

        Assert.Equal(1, found);
    }
}
