using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace LlmOperator.EndToEnd.Harness;

/// <summary>A command that goes on until the test has seen enough of its output.</summary>
public sealed class WatchedCommand : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private WatchedCommand(Process process) => _process = process;

    public static WatchedCommand Start(string program, IReadOnlyList<string> arguments)
    {
        ProcessStartInfo info = new(program)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments)
        {
            info.ArgumentList.Add(argument);
        }

        Process process = new() { StartInfo = info };
        process.Start();
        return new WatchedCommand(process);
    }

    /// <summary>Reads on until the output matches; fails with the output when it does not in a minute.</summary>
    public async Task WaitForAsync(string pattern, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(s_patience);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            limit.Token
        );
        Regex regex = new(pattern);
        char[] buffer = new char[1024];
        while (!regex.IsMatch(_output.ToString()))
        {
            int read;
            try
            {
                read = await _process.StandardOutput.ReadAsync(buffer, either.Token);
            }
            catch (OperationCanceledException e) when (limit.IsCancellationRequested)
            {
                throw new TimeoutException($"The output did not match {pattern}:\n{_output}", e);
            }

            if (read == 0)
            {
                string error = await _process.StandardError.ReadToEndAsync(cancellationToken);
                throw new InvalidOperationException(
                    $"The command ended before {pattern} was seen:\n{_output}{error}"
                );
            }

            _output.Append(buffer, 0, read);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
