using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Configuration;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Kubernetes.Authentication;

/// <summary>Runs a credential plugin as a process, as client-go does (C5).</summary>
internal sealed partial class ExecPlugin : IExecPlugin
{
    private const int LargestOutput = 1024 * 1024;

    private readonly ExecConfiguration _exec;
    private readonly KubernetesConfiguration _configuration;
    private readonly InstallHint _hint;
    private readonly bool _hasTerminal;
    private readonly ILogger<ExecPlugin> _logger;

    public ExecPlugin(
        ExecConfiguration exec,
        KubernetesConfiguration configuration,
        TimeProvider time,
        bool hasTerminal,
        ILogger<ExecPlugin> logger
    )
    {
        if (string.IsNullOrEmpty(exec.Command))
        {
            throw new KubeconfigException("The kubeconfig's exec entry has no command.");
        }

        if (
            exec.ApiVersion
            is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1")
        )
        {
            throw new KubeconfigException(
                $"The kubeconfig's exec entry has apiVersion \"{exec.ApiVersion}\"; "
                    + "client.authentication.k8s.io/v1 and v1beta1 are supported."
            );
        }

        (_exec, _configuration, _logger) = (exec, configuration, logger);
        _hint = new InstallHint(exec.InstallHint, time);
        _hasTerminal = hasTerminal;
    }

    public async Task<ExecCredentialStatus> RunAsync(CancellationToken cancellationToken)
    {
        bool interactive = IsInteractive();
        using Process process = new() { StartInfo = StartInfoOf(interactive) };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            if (_hint.Next() is { } hint)
            {
                LogInstallHint(_exec.Command!, hint);
            }

            throw new HttpRequestException(
                $"Cannot run the credential plugin {_exec.Command}: {e.Message}",
                e
            );
        }

        try
        {
            if (!interactive)
            {
                process.StandardInput.Close();
            }

            byte[] output = await ReadBoundedAsync(process.StandardOutput.BaseStream, cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0
                ? ExecCredential.Read(output, _exec.ApiVersion!, _exec.Command!)
                : throw new HttpRequestException(
                    $"The credential plugin {_exec.Command} failed with exit code {process.ExitCode}."
                );
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private bool IsInteractive() =>
        (_exec.InteractiveMode ?? "IfAvailable") switch
        {
            "Never" => false,
            "IfAvailable" => _hasTerminal,
            "Always" when _hasTerminal => true,
            "Always" => throw new HttpRequestException(
                $"The credential plugin {_exec.Command} needs a terminal, and there is none."
            ),
            string other => throw new HttpRequestException(
                $"The kubeconfig's exec entry has interactiveMode \"{other}\"; use Never, IfAvailable or Always."
            ),
        };

    private ProcessStartInfo StartInfoOf(bool interactive)
    {
        // Standard error stays ours: plugins print device codes and prompts there.
        ProcessStartInfo start = new(_exec.Command!, _exec.Args ?? [])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardInput = !interactive,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (ExecVariable variable in _exec.Env ?? [])
        {
            start.Environment[variable.Name] = variable.Value;
        }

        start.Environment["KUBERNETES_EXEC_INFO"] = ExecInfo(interactive).ToJsonString();
        return start;
    }

    private JsonObject ExecInfo(bool interactive)
    {
        JsonObject spec = new() { ["interactive"] = interactive };
        if (_exec.ProvideClusterInfo)
        {
            spec["cluster"] = ClusterInfo();
        }

        return new JsonObject
        {
            ["kind"] = nameof(ExecCredential),
            ["apiVersion"] = _exec.ApiVersion,
            ["spec"] = spec,
        };
    }

    private JsonObject ClusterInfo()
    {
        TlsConfiguration tls = _configuration.Tls;
        string? authority =
            tls.CertificateAuthority
            ?? (tls.CertificateAuthorityFile is { } file ? File.ReadAllText(file) : null);
        JsonObject cluster = new() { ["server"] = _configuration.Server.OriginalString };
        void Add(string name, JsonNode? value)
        {
            if (value is not null)
            {
                cluster[name] = value;
            }
        }

        Add("tls-server-name", tls.ServerName);
        Add("insecure-skip-tls-verify", tls.InsecureSkipVerify ? true : null);
        Add(
            "certificate-authority-data",
            authority is null ? null : Convert.ToBase64String(Encoding.UTF8.GetBytes(authority))
        );
        Add("proxy-url", _configuration.Proxy?.OriginalString);
        Add("config", _exec.ClusterConfig?.DeepClone());
        return cluster;
    }

    private async Task<byte[]> ReadBoundedAsync(Stream output, CancellationToken cancellationToken)
    {
        using MemoryStream bytes = new();
        byte[] buffer = new byte[8 * 1024];
        int read;
        while ((read = await output.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (bytes.Length + read > LargestOutput)
            {
                throw new HttpRequestException($"The credential plugin {_exec.Command} prints without end.");
            }

            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Command} is missing. {Hint}")]
    private partial void LogInstallHint(string command, string hint);
}
