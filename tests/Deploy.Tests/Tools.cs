using System.Diagnostics;

namespace LlmOperator.Deploy.Tests;

/// <summary>Runs programs of the machine; tests whose program is not there are skipped with the reason.</summary>
internal static class Tools
{
    /// <summary>What LLMOP_HELM names, or helm on PATH; skips the test when there is none.</summary>
    public static string RequireHelm() =>
        Environment.GetEnvironmentVariable("LLMOP_HELM") is { Length: > 0 } named
            ? named
            : Find("helm")
                ?? Skip("There is no helm: put it on PATH, or let LLMOP_HELM name one (eng/fetch-helm).");

    /// <summary>A program on PATH; skips the test when it is not there.</summary>
    public static string Require(string program) => Find(program) ?? Skip($"There is no {program} on PATH.");

    public static async Task<(int Code, string Output, string Errors)> RunAsync(
        string program,
        params IReadOnlyList<string> arguments
    )
    {
        ProcessStartInfo info = new(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        using Process process = Process.Start(info) ?? throw new InvalidOperationException(program);
        CancellationToken token = TestContext.Current.CancellationToken;
        Task<string> output = process.StandardOutput.ReadToEndAsync(token);
        Task<string> errors = process.StandardError.ReadToEndAsync(token);
        await process.WaitForExitAsync(token);
        return (process.ExitCode, await output, await errors);
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private static string Skip(string reason)
    {
        Assert.Skip(reason);
        return "";
    }
}
