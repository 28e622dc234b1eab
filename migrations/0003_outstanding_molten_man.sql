CREATE TABLE `dead_letters` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`queue` text NOT NULL,
	`type` text NOT NULL,
	`message` text NOT NULL,
	`error` text,
	`attempts` integer,
	`failed_at` integer NOT NULL,
	`retried_at` integer,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `dead_letters_newest` ON `dead_letters` (`tenant_id`,`failed_at`,`id`);--> statement-breakpoint
CREATE INDEX `dead_letters_failed_at` ON `dead_letters` (`failed_at`);--> statement-breakpoint
CREATE TABLE `message_failures` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`code` text NOT NULL,
	`message` text NOT NULL,
	`attempts` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `message_failures_at` ON `message_failures` (`at`);--> statement-breakpoint
CREATE TABLE `processed_messages` (
	`tenant_id` text NOT NULL,
	`consumer` text NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `consumer`, `id`)
);
--> statement-breakpoint
CREATE INDEX `processed_messages_at` ON `processed_messages` (`at`);--> statement-breakpoint
ALTER TABLE `outbox` ADD `v` integer DEFAULT 0 NOT NULL;