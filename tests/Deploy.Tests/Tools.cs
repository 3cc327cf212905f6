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

    /// <summary>What a variable names, a program on PATH, or what a script of ours has put into the cache.</summary>
    public static string RequireNamed(string variable, string program, string script) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named
            ? named
            : Find(program)
                ?? Cached(program)
                ?? Skip($"There is no {program}: put it on PATH, or let {variable} name one ({script}).");

    public static Task<(int Code, string Output, string Errors)> RunAsync(
        string program,
        params IReadOnlyList<string> arguments
    ) => RunWithInputAsync(program, null, arguments);

    public static async Task<(int Code, string Output, string Errors)> RunWithInputAsync(
        string program,
        string? input,
        params IReadOnlyList<string> arguments
    )
    {
        ProcessStartInfo info = new(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = input is not null,
            WorkingDirectory = Repository.Root,
        };
        using Process process = Process.Start(info) ?? throw new InvalidOperationException(program);
        CancellationToken token = TestContext.Current.CancellationToken;
        Task<string> output = process.StandardOutput.ReadToEndAsync(token);
        Task<string> errors = process.StandardError.ReadToEndAsync(token);
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), token);
            process.StandardInput.Close();
        }

        await process.WaitForExitAsync(token);
        return (process.ExitCode, await output, await errors);
    }

    private static string? Cached(string program)
    {
        string root = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        string path = Path.Combine(root, "llmop", program, program);
        return File.Exists(path) ? path : null;
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
