using System.Diagnostics;
using System.Text.Json.Nodes;

namespace LlmOperator.Api.Tests.CrdCheck;

/// <summary>
/// <c>crd-check</c>, which is the code of a present kube-apiserver for kinds and their objects, CEL among it. Tests
/// that need it are skipped where eng/fetch-crd-check finds none.
/// </summary>
internal static class CrdCheckTool
{
    /// <summary>Judges files; one JSON object a document.</summary>
    public static async Task<IReadOnlyList<JsonObject>> JudgeAsync(params IReadOnlyList<string> arguments)
    {
        ProcessStartInfo info = new(Require(), ["-o", "json", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        using Process process =
            Process.Start(info) ?? throw new InvalidOperationException("crd-check did not start.");
        CancellationToken token = TestContext.Current.CancellationToken;
        Task<string> output = process.StandardOutput.ReadToEndAsync(token);
        Task<string> errors = process.StandardError.ReadToEndAsync(token);
        await process.WaitForExitAsync(token);
        // 1: a verdict is not as expected; the documents say which.
        Assert.True(process.ExitCode is 0 or 1, await errors);
        return
        [
            .. (await output)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonNode.Parse(line)!.AsObject()),
        ];
    }

    private static string Require()
    {
        string? found =
            Environment.GetEnvironmentVariable("LLMOP_CRD_CHECK") is { Length: > 0 } named ? named
            : File.Exists(Cached) ? Cached
            : null;
        if (found is null)
        {
            Assert.Skip("There is no crd-check: eng/fetch-crd-check says how to get it.");
        }

        return found!;
    }

    private static string Cached =>
        Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
                ? set
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "llmop",
            "crd-check",
            "crd-check"
        );
}
