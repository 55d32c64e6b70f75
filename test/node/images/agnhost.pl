# The test program of Kubernetes' own network tests, as far as ours use it: servers that tell who they are, and a client.
#   agnhost netexec [--http-port=8080] [--udp-port=8081] [--delay-shutdown=SECONDS]
#   agnhost serve-hostname [--port=9376]
#   agnhost dial http|udp ADDRESS:PORT REQUEST [TRIES] [SOURCE-PORT] [SOURCE-ADDRESS]: a line for each answer; exit code 1 when one failed
#   agnhost pause
# HTTP: / /hostname /clientip /echo?msg=&code= /healthz /shell?cmd= /dial?host=&port=&protocol=http|udp&request=&tries= /exit?code=
# UDP: hostname, clientip, echo TEXT
use strict;
use warnings;
use IO::Select;
use IO::Socket::IP;
use POSIX ();
use Socket qw(IPPROTO_TCP TCP_NODELAY NI_NUMERICHOST NI_NUMERICSERV);

my ($command, @words) = @ARGV ? @ARGV : ('netexec');
my %flag = map { /^--([\w-]+)=(.*)$/ ? ($1 => $2) : () } @words;
my @plain = grep { !/^--/ } @words;
my $hostname = (POSIX::uname())[1];
my $TIMEOUT_S = $ENV{DIAL_TIMEOUT_S} || 5;
# When the servers end; from the signal on, connections are closed after their answers.
my $endAt;
$| = 1;

if ($command eq 'pause') { $SIG{TERM} = $SIG{INT} = sub { exit 0 }; sleep 3600 while 1 }
elsif ($command eq 'dial') { exit client(@plain) }
elsif ($command eq 'serve-hostname') { serve($flag{port} // 9376, -1, sub { (200, $hostname) }) }
elsif ($command eq 'netexec') { serve($flag{'http-port'} // 8080, $flag{'udp-port'} // 8081, \&answer) }
else { die "agnhost: no command \"$command\"\n" }

# One loop for all connections, so that a slow client keeps nobody waiting.
sub serve {
  my ($httpPort, $udpPort, $handler) = @_;
  my $tcp = listening(LocalPort => $httpPort, Listen => 1024, ReuseAddr => 1) or die "listen on port $httpPort: $!\n";
  my $udp = $udpPort < 0 ? undef : listening(LocalPort => $udpPort, Proto => 'udp') || die "listen on UDP port $udpPort: $!\n";
  my $all = IO::Select->new($tcp, $udp // ());
  my %buffer;
  $SIG{TERM} = sub { $endAt = time + ($flag{'delay-shutdown'} // 0) };
  $SIG{INT} = $SIG{TERM};
  $SIG{PIPE} = 'IGNORE';
  $SIG{CHLD} = 'IGNORE';
  print "Started HTTP server on port $httpPort\n";
  until (defined $endAt && time >= $endAt) {
    for my $one ($all->can_read(0.2)) {
      if ($one == $tcp) {
        my $client = $tcp->accept or next;
        setsockopt($client, IPPROTO_TCP, TCP_NODELAY, 1);
        $all->add($client);
        $buffer{$client} = '';
      } elsif (defined $udp && $one == $udp) {
        my $from = recv($udp, my $text, 65536, 0);
        if (defined $from) { send($udp, datagram($text, $from), 0, $from) }
      } else {
        my $count = sysread($one, $buffer{$one}, 65536, length $buffer{$one});
        my $open = $count ? converse($one, \$buffer{$one}, $handler) : 0;
        if (!$open) { $all->remove($one); delete $buffer{$one}; close $one }
      }
    }
  }
}

# On the addresses of both families, where the kernel has both.
sub listening { IO::Socket::IP->new(@_, LocalHost => '::', V6Only => 0) // IO::Socket::IP->new(@_, LocalHost => '0.0.0.0') }
# IPv4 addresses as they are, and IPv6 ones in brackets.
sub place { my ($host, $port) = @_; $host =~ s/^::ffff:(?=\d+\.)//; ($host =~ /:/ ? "[$host]" : $host) . ":$port" }

# Answers each whole request in the buffer; false when the connection is to be closed.
sub converse {
  my ($socket, $buffer, $handler) = @_;
  while ($$buffer =~ /\r\n\r\n/) {
    my ($head, $rest) = ($`, $');
    my ($method, $target, $version) = $head =~ m{^(\S+) (\S+) HTTP/(\d\.\d)} or return 0;
    my $length = $head =~ /^content-length:\s*(\d+)/mi ? $1 : 0;
    return 1 if length $rest < $length;
    $$buffer = substr $rest, $length;
    my $keep = defined $endAt || $head =~ /^connection:\s*close/mi ? 0 : $version eq '1.1' || $head =~ /^connection:\s*keep-alive/mi;
    my ($path, $query) = split /\?/, $target, 2;
    my %value = map { my ($k, $v) = split /=/, $_, 2; (plain($k) => plain($v // '')) } split /&/, $query // '';
    my $reply = sub {
      my ($code, $body) = @_;
      my $last = $keep ? 'keep-alive' : 'close';
      $body //= '';
      my $shown = $method eq 'HEAD' ? '' : $body;
      my $size = length $body;
      print {$socket} "HTTP/1.1 $code -\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: $size\r\nConnection: $last\r\n\r\n$shown";
      $socket->flush;
    };
    # What takes its time is done by a child, which then owns the connection.
    if ($path =~ m{^/(dial|shell)$}) {
      my $child = fork;
      if ($child == 0) { $keep = 0; $reply->($handler->($socket, $path, \%value)); POSIX::_exit(0) }
      return 0;
    }
    $reply->($handler->($socket, $path, \%value));
    exit($value{code} || 0) if $path eq '/exit' || $path eq '/shutdown';
    return 0 unless $keep;
  }
  return 1;
}

sub plain { my $text = shift; $text =~ tr/+/ /; $text =~ s/%([0-9a-f]{2})/chr hex $1/gie; $text }

sub answer {
  my ($socket, $path, $value) = @_;
  return (200, $hostname) if lc $path eq '/hostname';
  return (200, place($socket->peerhost, $socket->peerport)) if $path eq '/clientip';
  return ($value->{code} || 200, $value->{msg} // '') if $path eq '/echo';
  return (200, '') if $path eq '/healthz' || $path eq '/exit' || $path eq '/shutdown';
  return (200, 'NOW: ' . localtime) if $path eq '/';
  if ($path eq '/shell') {
    my $command = $value->{cmd} // $value->{shellCommand} // '';
    $SIG{CHLD} = 'DEFAULT';
    my $output = do { open my $run, '-|', '/bin/sh', '-c', "{ $command\n} 2>&1" or die; local $/; my $all = <$run> // ''; close $run; $all };
    return (200, object(output => text($output), $? ? (error => text('exit status ' . ($? >> 8))) : ()));
  }
  if ($path eq '/dial') {
    return (400, "request parameter not specified. <nil>\n") unless length($value->{request} // '');
    my (@responses, @errors);
    for (1 .. $value->{tries} || 1) {
      my ($response, $error) = dial($value->{protocol} || 'http', "$value->{host}:$value->{port}", $value->{request});
      defined $response ? push(@responses, text($response)) : push(@errors, text($error));
    }
    return (200, object(@responses ? (responses => list(@responses)) : (), @errors ? (errors => list(@errors)) : ()));
  }
  return (404, "404 page not found\n");
}
sub text { my $t = shift; $t =~ s/([\\"])/\\$1/g; $t =~ s/\n/\\n/g; $t =~ s/\t/\\t/g; $t =~ s/\r/\\r/g; "\"$t\"" }
sub list { '[' . join(',', @_) . ']' }
sub object { my @parts; while (my ($k, $v) = splice @_, 0, 2) { push @parts, "\"$k\":$v" } '{' . join(',', @parts) . '}' }

sub datagram {
  my ($request, $from) = @_;
  return $hostname if $request =~ /^hostname\s*$/i;
  return place((Socket::getnameinfo($from, NI_NUMERICHOST | NI_NUMERICSERV))[1, 2]) if $request =~ /^clientip\s*$/;
  return $1 if $request =~ /^echo (.*?)\s*$/s;
  return '';
}

# The answer, or undef and what went wrong.
sub dial {
  my ($protocol, $target, $request, $sourcePort, $sourceAddress) = @_;
  my @source = (($sourcePort ? (LocalPort => $sourcePort, ReuseAddr => 1) : ()), ($sourceAddress ? (LocalAddr => $sourceAddress) : ()));
  my $proto = $protocol eq 'udp' ? 'udp' : 'tcp';
  # IO::Socket has a timeout of its own, but misses the reason for which a connection was refused.
  my $socket = eval {
    local $SIG{ALRM} = sub { die "timed out\n" };
    alarm $TIMEOUT_S;
    my $made = IO::Socket::IP->new(PeerAddr => $target, Proto => $proto, @source) or die "$@\n";
    alarm 0;
    $made;
  };
  alarm 0;
  return (undef, "dial $target: $@") unless $socket;
  if ($proto eq 'udp') { $socket->send($request) }
  else { $request =~ s{^/}{}; print {$socket} "GET /$request HTTP/1.0\r\nHost: $target\r\n\r\n"; $socket->flush }
  my $answer = '';
  while (IO::Select->new($socket)->can_read($TIMEOUT_S)) {
    my $count = sysread($socket, $answer, 65536, length $answer);
    return (undef, "read from $target: $!") unless defined $count;
    return $answer if $proto eq 'udp';
    if ($count == 0) { return $answer =~ m{^HTTP/1.\d (\d+).*?\r\n\r\n(.*)$}s ? ($1 < 400 ? $2 : (undef, "$target answered $1: $2")) : (undef, "$target ended the connection: $answer") }
  }
  return (undef, "read from $target: timed out");
}

sub client {
  my ($protocol, $target, $request, $tries, $sourcePort, $sourceAddress) = @_;
  my $failed = 0;
  for (1 .. $tries || 1) {
    my ($response, $error) = dial($protocol, $target, $request // 'hostname', $sourcePort, $sourceAddress);
    defined $response ? print "$response\n" : print STDERR "$error\n";
    $failed = 1 unless defined $response;
  }
  return $failed;
}
