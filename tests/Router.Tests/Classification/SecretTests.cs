using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Classification;

namespace LlmOperator.Router.Tests.Classification;

public sealed class SecretTests
{
    private static readonly CompiledDataClass[] s_secret =
    [
        CompiledDataClass.Compile(new DataClassRule { Name = DataClasses.Secret }),
    ];

    public static TheoryData<string, string> Samples =>
        [.. SecretSamples.All.Select(s => (s.Kind, s.Template))];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Scan_SecretInASentence_IsFoundWholeAndNamed(string kind, string template)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            string secret = SecretSamples.Draw(template, new Random(seed));

            List<Finding> found = TextClassifier.Scan(
                $"Please look at this: {secret} and say why it fails.",
                s_secret
            );

            Assert.True(
                found.Any(f => f.Kind == kind),
                $"seed {seed}: {string.Join(", ", found.Select(f => f.Kind))}"
            );
        }
    }

    [Fact]
    public void Samples_AreOfAtLeastFiftyFormats() =>
        Assert.True(SecretSamples.All.Select(s => s.Kind).Distinct().Count() >= 50);

    [Theory]
    [InlineData("sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    [InlineData("export OPENAI_API_KEY=sk-your-key-goes-here-please-and-thanks")]
    [InlineData("password: ${DB_PASSWORD}")]
    [InlineData("password = \"<your password>\"")]
    [InlineData("postgres://user:password@localhost/db")]
    [InlineData("https://example.com:8080/path@2")]
    [InlineData("token = await client.GetTokenAsync(scope1)")]
    [InlineData("string accessToken = options.Token2;")]
    [InlineData("commit 9b7c1f0d2a3e4b5c6d7e8f90a1b2c3d4e5f60718")]
    [InlineData(
        "sha512-Xa1bC2dE3fG4hI5jK6lM7nO8pQ9rS0tU1vW2xY3zA4bC5dE6fG7hI8jK9lM0nO1pQ2rS3tU4vW5xY6zA7bC8dE=="
    )]
    [InlineData("550e8400-e29b-41d4-a716-446655440000")]
    [InlineData("ConfigureAwaitOptionsSuppressThrowingContinueOnCapturedContext2")]
    [InlineData("-----BEGIN CERTIFICATE-----")]
    [InlineData("-----BEGIN PUBLIC KEY-----")]
    [InlineData("the risk-free and task-based skills")]
    public void Scan_WhatOnlyLooksLikeASecret_IsNotFound(string text) =>
        Assert.Empty(TextClassifier.Scan(text, s_secret));

    [Fact]
    public void Scan_TwiceTheText_TakesNoMoreThanAFewTimesTheSteps()
    {
        // Texts that make naive scanners quadratic: many beginnings without an end.
        foreach (
            string part in new[]
            {
                "sk-",
                "-----BEGIN ",
                "eyJ",
                "://",
                "password=",
                "aA1",
                "DE",
                "1 ",
                "a@",
                "AKIA",
            }
        )
        {
            double small = LeastSeconds(string.Concat(Enumerable.Repeat(part, 50_000)));
            double large = LeastSeconds(string.Concat(Enumerable.Repeat(part, 400_000)));

            // Eight times the text; quadratic would be 64 times. The thread's own time does not count other work, the floor
            // takes the clock's noise out, and the least of three the collector's pauses.
            Assert.True(large < Math.Max(small, 0.02) * 32, $"{part}: {small:0.000} s, then {large:0.000} s");
        }
    }

    private static double LeastSeconds(string text) => Enumerable.Range(0, 3).Min(_ => Seconds(text));

    private static double Seconds(string text)
    {
        CompiledDataClass[] all =
        [
            .. s_secret,
            CompiledDataClass.Compile(new DataClassRule { Name = DataClasses.PersonalData }),
        ];
        TimeSpan start = ThreadTime.Used();
        TextClassifier.Scan(text, all);
        return (ThreadTime.Used() - start).TotalSeconds;
    }
}
