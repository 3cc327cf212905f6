using System.CommandLine;
using LlmOperator.Api;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Cli.Connection;
using LlmOperator.Cli.Keys;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Cli.Commands;

/// <summary><c>llmop key</c>.</summary>
internal static class KeyCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(CommonOptions common) =>
        new("key", "API keys of the router: who may ask what, how much, until when")
        {
            CreateCreate(common),
            CreateList(common),
            CreateRevoke(common),
        };

    private static Command CreateCreate(CommonOptions common)
    {
        Command command = new("create", "Makes a key and prints it once; only its hash is kept");
        Argument<string> name = new("NAME") { Description = "Name of the RouterKey" };
        Option<string[]> allow = new("--allow")
        {
            Description =
                "Model, role or policy that it opens, NAME* for all that begin so; may be repeated; default: all of the namespace",
            HelpName = "NAME",
        };
        Option<string?> expiresIn = new("--expires-in")
        {
            Description = "How long it holds, such as 90d or 12h",
            HelpName = "TIME",
        };
        Option<int?> requests = new("--requests-per-minute")
        {
            Description = "Most requests in a minute",
            HelpName = "N",
        };
        Option<int?> tokens = new("--tokens-per-minute")
        {
            Description = "Most tokens in a minute",
            HelpName = "N",
        };
        Option<int?> concurrent = new("--concurrent")
        {
            Description = "Most requests at the same time",
            HelpName = "N",
        };
        Option<string?> day = new("--usd-per-day")
        {
            Description = "Budget of a day in US dollars",
            HelpName = "USD",
        };
        Option<string?> month = new("--usd-per-month")
        {
            Description = "Budget of a month in US dollars",
            HelpName = "USD",
        };
        Option<bool> print = new("--print")
        {
            Description =
                "Prints the RouterKey as YAML, for git, and makes nothing; the key goes to standard error",
        };
        command.Arguments.Add(name);
        foreach (
            Option option in new Option[]
            {
                allow,
                expiresIn,
                requests,
                tokens,
                concurrent,
                day,
                month,
                print,
            }
        )
        {
            command.Options.Add(option);
        }

        common.AddConnectionTo(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                NewKey key = NewKey.Create();
                KeySettings settings = new()
                {
                    Name = result.GetRequiredValue(name),
                    Namespace = result.GetValue(common.Namespace) ?? "default",
                    Allowed = result.GetValue(allow) ?? [],
                    ExpiresIn = result.GetValue(expiresIn),
                    Limits = new RequestLimits
                    {
                        RequestsPerMinute = result.GetValue(requests),
                        TokensPerMinute = result.GetValue(tokens),
                        ConcurrentRequests = result.GetValue(concurrent),
                    },
                    UsdPerDay = result.GetValue(day),
                    UsdPerMonth = result.GetValue(month),
                };
                if (result.GetValue(print))
                {
                    RouterKey manifest = settings.ToKey(key, TimeProvider.System.GetUtcNow());
                    Console.Write(KubernetesYaml.Write(KubernetesJson.ToNode(manifest)));
                    await Console.Error.WriteLineAsync($"The key, shown once: {key.Text}");
                    return 0;
                }

                using ClusterConnection connection = ClusterConnection.Open(common.ReadConnection(result));
                settings = settings with { Namespace = connection.Namespace };
                try
                {
                    await connection.Client.CreateAsync(
                        settings.ToKey(key, TimeProvider.System.GetUtcNow()),
                        new WriteOptions { FieldManager = WellKnown.CliFieldManager },
                        cancellationToken
                    );
                }
                catch (KubernetesApiException e) when (e.IsAlreadyExists)
                {
                    throw new CliException(
                        $"There is a key \"{settings.Name}\" already; take another name, or revoke it first."
                    );
                }

                await Console.Error.WriteLineAsync(
                    "The key is shown this once; send it as \"Authorization: Bearer KEY\"."
                );
                Console.WriteLine(key.Text);
                return 0;
            }
        );
        return command;
    }

    private static Command CreateList(CommonOptions common)
    {
        Command command = new("list", "Lists the keys of a namespace, with what was spent by them");
        common.AddConnectionTo(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                using ClusterConnection connection = ClusterConnection.Open(common.ReadConnection(result));
                KubernetesList<RouterKey> keys = await connection.Client.ListAsync<RouterKey>(
                    new ListOptions { Namespace = connection.Namespace },
                    cancellationToken
                );
                Console.Write(KeyTable.Of(keys.Items));
                return 0;
            }
        );
        return command;
    }

    private static Command CreateRevoke(CommonOptions common)
    {
        Command command = new("revoke", "Deletes a key: from then on it opens nothing");
        Argument<string> name = new("NAME") { Description = "Name of the RouterKey" };
        command.Arguments.Add(name);
        common.AddConnectionTo(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                using ClusterConnection connection = ClusterConnection.Open(common.ReadConnection(result));
                ObjectKey key = new(connection.Namespace, result.GetRequiredValue(name));
                bool existed = await connection.Client.DeleteAsync<RouterKey>(
                    key,
                    new DeleteOptions(),
                    cancellationToken
                );
                if (!existed)
                {
                    throw new CliException($"There is no key \"{key.Name}\" in namespace {key.Namespace}.");
                }

                Console.WriteLine($"{key.Name} revoked");
                return 0;
            }
        );
        return command;
    }
}
